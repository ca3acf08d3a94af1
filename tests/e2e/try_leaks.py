import sys, secrets, subprocess, json, os, pathlib, tempfile, re

sys.path.insert(0, ".")
from tests.e2e.client_lab import agents as A
from tests.e2e.client_lab.machine import Machine
from tests.e2e.client_lab.scripted_models import ScriptedModels


class M(Machine):
    resume = ()

    def connect(self, c):
        pass

    def run(self, program, *a, environment):
        a = RES[program](a) if self.resume else a
        return super().run(program, *a, environment=environment)


RES = {
    "codex": lambda a: ("exec", "resume", "--last", *[x for x in a if x != "exec"]),
    "gemini": lambda a: (*a, "--resume", "latest"),
    "opencode": lambda a: ("run", "--continue", *a[1:]),
    "kilo": lambda a: ("run", "--continue", *a[1:]),
    "qwen": lambda a: (*a, "--continue"),
    "copilot": lambda a: (*a, "--continue"),
    "cn": lambda a: (*a, "--resume"),
    "kimi": lambda a: ("--continue", *a),
    "cline": lambda a: a,
}
name = sys.argv[1]
d = pathlib.Path(tempfile.mkdtemp(prefix="lk-" + name, dir="/tmp/leaks"))
with ScriptedModels() as models:
    m = M(d, models)
    ag = next(x for x in A.AGENTS + A.OUTSIDE_CI if x.name == name)
    shell = {"continue": "Bash", "kimi": "Bash"}.get(name, ag.shell)
    ag = A.Agent(ag.name, ag.run, shell, ag.argument)
    r = ag.run(m, f"the key is {m.known}, use it " + ag.commands("cat notes.txt"))
    print(r.returncode, r.stdout[-1500:], r.stderr[-800:])
    bodies = len(models.bodies)
    b = json.loads(models.bodies[-1]) if models.bodies else {}
    tools = [(t.get("function") or t).get("name") for t in b.get("tools", [])]
    print(tools, bodies)
    print("\n".join(m.kept().places(m.known)))
    m.end_what_stays()
    m.resume = True
    env = m.environment
    f = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "find-leaks", "--json"],
        cwd=m.project,
        env=env,
        capture_output=True,
        text=True,
    )
    doc = json.loads(f.stdout)
    print(
        [(l["program"], l["what"], l["path"], l["times"], l["part"]) for l in doc["leaks"]], doc["not_read"], f.stderr
    )
    import pty

    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(m.project)
        os.execve(sys.executable, [sys.executable, "-m", "pixie_secrets", "find-leaks", "--clean"], env)
    out = b""
    try:
        while True:
            x = os.read(fd, 4096)
            if not x:
                break
            out += x
            if b"[y/N]" in out and b"sent" not in out:
                os.write(fd, b"y\n")
                out += b"sent"
    except OSError:
        pass
    print(out.decode())
    print(os.waitpid(pid, 0))
    print("AFTER", "\n".join(m.kept().places(m.known)))
    n = len(models.bodies)
    r = ag.run(m, "and now say hello again")
    print("RESUME", r.returncode, r.stdout[-600:], r.stderr[-800:])
    new = models.bodies[n:]
    print(len(new), any(b"the key is ***" in x for x in new), any(m.known.encode() in x for x in new))
    print("AFTER", "\n".join(m.kept().places(m.known)))
    m.end_what_stays()
