"""Signals, threads, the interpreter's end, defects: what happens around a call that takes long."""

import gzip
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest

from large_image import large_image
from layertrust import LayerTrustError, _native

DEMO = Path(__file__).parents[3] / "testdata" / "demo"

PRELUDE = f"""
import os, signal, sys, threading, time
# Whoever is started in the background of a shell ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {str(Path(__file__).parent)!r})
from layertrust import _native
from layout_source import LayoutSource
from pathlib import Path

DEMO = Path({str(DEMO)!r})
POLICY = _native.Policy.from_file(DEMO / "policy.toml")
VERIFIER = _native.Verifier(POLICY)

def inspect(image, layers="auto"):
    return VERIFIER.inspect(image, None, None, None, layers, None)

def interrupted_within(seconds, call):
    '''Sends SIGINT while the call runs, and says whether that ended it in time.'''
    sent = []
    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
    threading.Timer(0.4, send).start()
    try:
        call()
    except KeyboardInterrupt:
        took = time.monotonic() - sent[0]
        print("interrupted" if took < seconds else f"after {{took}} s")
    else:
        print("not interrupted")
"""


def run(script: str, timeout: float = 60) -> str:
    """Runs a script in an interpreter of its own. It must end by itself, and say nothing on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script], capture_output=True, text=True, timeout=timeout, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_image(tmp_path_factory.mktemp("large"))


def test_ctrl_c_ends_a_call_that_reads_a_large_layer(large: Path) -> None:
    assert run(f"interrupted_within(2, lambda: inspect(Path({str(large)!r}), 'all'))") == "interrupted"


def test_ctrl_c_ends_a_call_whose_source_is_slow() -> None:
    script = """
class Slow(LayoutSource):
    def blob(self, digest):
        time.sleep(30)
interrupted_within(2, lambda: inspect(Slow(DEMO / "image")))
"""
    assert run(script) == "interrupted"


def test_ctrl_c_ends_a_call_whose_file_never_comes() -> None:
    script = """
class Slow(LayoutSource):
    def blob(self, digest):
        reading, self.writing = os.pipe()
        return open(reading, "rb", buffering=0)
interrupted_within(2, lambda: inspect(Slow(DEMO / "image")))
"""
    assert run(script) == "interrupted"


def test_ctrl_c_ends_a_call_that_unpacks_an_archive(tmp_path: Path) -> None:
    # Members of a gzip file follow one another: one header, and 16 GiB of zeros.
    archive = tmp_path / "image.tar.gz"
    header = tarfile.TarInfo("zeros")
    header.size = 16 << 30
    zeros = gzip.compress(bytes(256 << 20), 1)
    archive.write_bytes(gzip.compress(header.tobuf()) + 64 * zeros)
    assert run(f"interrupted_within(2, lambda: inspect(Path({str(archive)!r})))") == "interrupted"


def test_ctrl_c_ends_the_command(large: Path) -> None:
    command = [sys.executable, "-m", "layertrust", "inspect", f"oci:{large}", "--layers", "all"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (-signal.SIGINT, b"")


def test_ctrl_c_ends_a_run(large: Path) -> None:
    script = f"""
def all_of_them():
    run = VERIFIER.run(None, None, None, "all", 2)
    for index in range(4):
        run.submit(index, Path({str(large)!r}))
    run.finish()
    while run.next():
        pass
interrupted_within(2, all_of_them)
"""
    assert run(script) == "interrupted"


def test_a_handler_that_raises_ends_the_call_with_what_it_raised(large: Path) -> None:
    script = f"""
class Enough(Exception):
    pass
def handler(number, frame):
    raise Enough
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    inspect(Path({str(large)!r}), "all")
except Enough:
    print("enough")
"""
    assert run(script) == "enough"


def test_a_handler_that_returns_lets_the_call_go_on() -> None:
    script = """
ticks = []
signal.signal(signal.SIGALRM, lambda number, frame: ticks.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
class Slow(LayoutSource):
    def blob(self, digest):
        time.sleep(0.2)
        return super().blob(digest)
answer = inspect(Slow(DEMO / "image"))
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(ticks) > 2, b'"findings":[' in answer.json())
"""
    assert run(script) == "True True"


@pytest.mark.parametrize(
    "blob",
    [
        "return super().blob(digest)",
        "time.sleep(0.01); return super().blob(digest)",
        "time.sleep(60)",
        "while True: pass",
        "while True: time.sleep(0.001)",
        "return VERIFIER.inspect(LARGE, None, None, None, 'all', None)",
    ],
    ids=["quick", "slow", "stuck", "busy", "never-done", "asking"],
)
def test_the_interpreter_can_end_during_a_call(large: Path, blob: str) -> None:
    script = f"""
LARGE = Path({str(large)!r})
class Bent(LayoutSource):
    def blob(self, digest):
        {blob}
def ask():
    while True:
        inspect(Bent(DEMO / "image"))
for _ in range(3):
    threading.Thread(target=ask, daemon=True).start()
time.sleep(0.3)
"""
    run(script)


def test_the_interpreter_can_end_while_layers_are_read(large: Path) -> None:
    script = f"""
for _ in range(2):
    threading.Thread(target=inspect, args=(Path({str(large)!r}), "all"), daemon=True).start()
time.sleep(0.3)
"""
    run(script)


def test_a_forked_process_ends_by_itself() -> None:
    script = """
class Stuck(LayoutSource):
    def blob(self, digest):
        time.sleep(60)
threading.Thread(target=inspect, args=(Stuck(DEMO / "image"),), daemon=True).start()
time.sleep(0.2)
if os.fork() == 0:
    inspect(DEMO / "image")
    sys.exit(0)
print(os.waitpid(-1, 0)[1])
"""
    assert run(script) == "0"


def test_the_interpreter_can_end_during_a_run() -> None:
    script = """
class Slow(LayoutSource):
    def blob(self, digest):
        time.sleep(0.01)
        return super().blob(digest)
RUN = VERIFIER.run(None, None, None, "auto", 3)
for index in range(1000):
    RUN.submit(index, Slow(DEMO / "image"))
RUN.next()
"""
    run(script)


def test_other_threads_run_during_a_call(tmp_path: Path) -> None:
    image = large_image(tmp_path, 1 << 29)
    verifier = _native.Verifier(_native.Policy.from_file(DEMO / "policy.toml"))
    asking = threading.Thread(target=verifier.inspect, args=(image, None, None, None, "all", None))
    asking.start()
    turns = 0
    while asking.is_alive():
        asking.join(0.001)
        turns += 1
    assert turns > 20


def test_a_defect_is_an_error_like_others() -> None:
    with pytest.raises(LayerTrustError) as caught:
        _native._panic()
    assert caught.value.code == "panic"
