"""click: echo and a refusal."""

import click
from planted import VALUE, cover_output

cover_output()


@click.command()
@click.option("--level", type=int)
def main(level):
    pass


click.echo(f"value {VALUE}")
click.echo(click.style(VALUE, fg="red"), err=True, color=True)
main(["--level", VALUE])
