"""A Slurm of its own: munged, slurmctld and slurmd's on this machine, in a
folder, for as long as it is needed. Nothing outside the folder is touched."""
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "sinfo")
NODES = 3
LIMIT = 60

CONFIG = """ClusterName=mprun
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
ReturnToService=2
PropagateResourceLimits=NONE
NodeName=n[0-{last}] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[{ports[1]}-{ports[3]}] CPUs={cpus} RealMemory=500 State=UNKNOWN
PartitionName=test Nodes=n[0-{last}] Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES
"""


def missing():
    """Why there can be no Slurm here; "" if there can."""
    found = {name: shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
             for name in PROGRAMS}
    absent = [name for name, path in found.items() if not path]
    if absent:
        return "Slurm is not installed: no " + ", ".join(absent)
    if os.geteuid():
        return "Slurm's programs must be started as root here"
    return ""


def free_ports(count):
    """That many ports side by side which nobody has, as Slurm wants them."""
    while True:
        sockets = []
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            base = first.getsockname()[1]
        try:
            for port in range(base, base + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
            return list(range(base, base + count))
        except (OSError, OverflowError):
            continue
        finally:
            for one in sockets:
                one.close()


class Slurm:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.environment = {**os.environ,
                            "PATH": os.environ["PATH"] + ":/usr/sbin",
                            "SLURM_CONF": str(self.folder / "slurm.conf")}

    def call(self, *words, check=True):
        return subprocess.run(words, env=self.environment, check=check,
                              capture_output=True, text=True, timeout=LIMIT,
                              cwd=self.folder)

    def start(self):
        folder = self.folder
        (folder / "state").mkdir(parents=True)
        folder.chmod(0o755)
        (folder / "key").write_bytes(os.urandom(128))
        (folder / "key").chmod(0o600)
        self.call("munged", "--force", f"--key-file={folder}/key",
                  f"--socket={folder}/munge.sock",
                  f"--pid-file={folder}/munged.pid",
                  f"--log-file={folder}/munged.log",
                  f"--seed-file={folder}/seed")
        (folder / "slurm.conf").write_text(CONFIG.format(
            folder=folder, user=getpass.getuser(), last=NODES - 1,
            ports=free_ports(NODES + 1), cpus=os.cpu_count()))
        self.call("slurmctld", "-f", f"{folder}/slurm.conf", "-i", "-c")
        for node in range(NODES):
            self.call("slurmd", "-f", f"{folder}/slurm.conf", "-N", f"n{node}")
        self.wait_for_nodes()

    def wait_for_nodes(self):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            done = self.call("sinfo", "-h", "-N", "-o", "%T", check=False)
            states = done.stdout.split()
            if states.count("idle") == NODES:
                return
            time.sleep(0.2)
        raise TimeoutError(f"nodes: {done.stdout} {done.stderr}")

    def submit(self, script, *words):
        """The exit status of a batch script that was waited for."""
        return self.call("sbatch", "--wait", *words, str(script), check=False)

    def stop(self):
        self.call("scontrol", "shutdown", check=False)
        names = ["slurmctld", "munged"]
        names += [f"slurmd.n{node}" for node in range(NODES)]
        for name in names:
            self.wait_for_end(self.folder / f"{name}.pid", name == "munged")

    def wait_for_end(self, path, ask):
        try:
            pid = int(path.read_text())
        except (OSError, ValueError):
            return
        end = time.monotonic() + LIMIT
        try:
            if ask:
                os.kill(pid, signal.SIGTERM)
            while time.monotonic() < end and path.exists():
                os.kill(pid, 0)
                time.sleep(0.05)
        except ProcessLookupError:
            pass
