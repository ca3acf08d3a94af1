"""print, whole and in pieces, and a prompt."""

from planted import VALUE, cover_output

cover_output()
print("value", VALUE, [VALUE], {"token": VALUE})
print("Password: ", end="", flush=True)
for character in VALUE:
    print(character, end="", flush=True)
print()
