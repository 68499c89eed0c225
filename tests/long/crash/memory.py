"""Whether a lack of memory is an error, and not the end of the server.

    memory.py FILE DATABASE USER [NAME ...]

FILE has a line for each statement: NAME: STATEMENT. It runs once to see what it needs, and then in sessions of their own that may
have a part of it, in STEPS steps up (prlimit --as on the backend). Each must end with SQLSTATE 53200 (54000 where that is what it
says first), or go through, and the server must go on: a backend that aborts restarts the whole cluster. PGHOST, PGPORT and PGUSER name a superuser's connection; PRLIMIT the command (as the server's user).
"""

import os
import re
import subprocess
import sys
import time

STEPS = int(os.environ.get("STEPS", 8))
PRLIMIT = os.environ.get("PRLIMIT", "prlimit").split()
file, database, user, *wanted = sys.argv[1:]
PREPARE = (
    "set jit = off; set max_parallel_workers_per_gather = 0; set statement_timeout = '20s'; set search_path = public, crm; set client_min_messages = error;\n"
    "\\set VERBOSITY sqlstate\nselect customers(rfm_sample_agg(rfm)) from small_rfm where client < 10;\nselect 'pid', pg_backend_pid();\n"
)


def session():
    """A psql whose backend has loaded the library; after a crash, as soon as the server is back."""
    while True:
        psql = subprocess.Popen(["psql", "-qXAt", "-U", user, "-d", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            psql.stdin.write(PREPARE.encode())
            psql.stdin.flush()
        except BrokenPipeError:
            pass
        for line in psql.stdout:
            if line.startswith(b"pid|"):
                return psql, int(line[4:])
        psql.wait()
        time.sleep(0.3)


def kilobytes(pid, what):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what))


failed = tries = 0
for line in open(file):
    if line.startswith("--") or ": " not in line:
        continue
    name, statement = line.strip().split(": ", 1)
    if wanted and name not in wanted:
        continue
    psql, pid = session()
    idle = kilobytes(pid, "VmSize")
    psql.stdin.write((statement + ";\n\\echo @done\n").encode())
    psql.stdin.flush()
    first = b""
    for printed in psql.stdout:
        if printed.strip() == b"@done":
            break
        first = printed
    needed = kilobytes(pid, "VmPeak") - idle
    psql.kill()
    psql.wait()
    outcomes = {}
    for step in range(STEPS):
        psql, pid = session()
        limit = idle + 200 + needed * (step + 0.3) / STEPS
        subprocess.run([*PRLIMIT, "--pid", str(pid), f"--as={int(limit) * 1024}"], check=True)
        printed = psql.communicate((statement + ";\n\\echo @done\n").encode())[0].decode(errors="replace")
        tries += 1
        states = re.findall(r"(?:ERROR|FATAL):\s+(\w{5})", printed)
        outcome = "aborted" if "@done" not in printed or "server closed" in printed else states[0] if states else "through"
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    # What is wrong with the statement itself may be found before the memory runs out.
    own = re.findall(rb"^ERROR:\s+(\w{5})", first)
    wrong = [o for o in outcomes if o not in ("53200", "54000", "57014", "through", *(state.decode() for state in own))]
    verdict = "  WRONG" if wrong else ""
    if first.startswith(b"ERROR") and b"57014" not in first and b"22P02" not in first:
        verdict += "  NO STATEMENT: " + first.decode().strip()
    failed += "WRONG" in verdict or "NO" in verdict
    print(f"{name:28} needs {needed / 1024:4.0f} MB: {' '.join(f'{k} {v}' for k, v in sorted(outcomes.items()))}{verdict}", flush=True)
print(f"memory: {tries} tries with too little, {failed} failed")
sys.exit(failed > 0)
