"""Serves an H.264 MP4 in real time over RTSP on the loopback address, for tests.

Prints `port N` when it listens. Ends on `quit` or end of input, with its parent, or after --max-seconds. Other lines of
input change it while it runs, and each is answered by `done`:
    close                    hangs up on every client
    mount PATH               serves the same video at another path too
    allow USER PASSWORD      accepts these credentials as well (only where --user is given)
Needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base, -good and -bad.
"""

import argparse
import ctypes
import os
import signal
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

CAPS = "video/x-h264,stream-format=byte-stream,alignment=au"


def die_with_parent():
    """Linux: the kernel ends this process when its parent dies, whatever the reason."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(1)


def read_access_units(path):
    """All access units of the file as (bytes, pts, dts) in nanoseconds, and the length of one pass."""
    pipeline = Gst.parse_launch(
        f'filesrc location="{path}" ! qtdemux ! h264parse config-interval=-1 ! {CAPS} ! appsink name=sink sync=false'
    )
    sink = pipeline.get_by_name("sink")
    pipeline.set_state(Gst.State.PLAYING)
    units, end = [], 0
    while (sample := sink.emit("pull-sample")) is not None:
        buffer = sample.get_buffer()
        dts = buffer.dts if buffer.dts != Gst.CLOCK_TIME_NONE else buffer.pts
        units.append((buffer.extract_dup(0, buffer.get_size()), buffer.pts, dts))
        end = max(end, buffer.pts + buffer.duration)
    pipeline.set_state(Gst.State.NULL)
    if not units:
        sys.exit(f"no H.264 video in {path}")
    first = min(pts for _, pts, _ in units)
    return [(data, pts - first, dts - first) for data, pts, dts in units], end - first


class Pusher:
    """Feeds one client's pipeline from a thread, each access unit at its own time."""

    def __init__(self, source, units, length, once):
        self.source, self.units, self.length, self.once = source, units, length, once
        self.stopped = threading.Event()
        self.thread = None
        source.connect("need-data", self.start)

    def start(self, *_):
        if self.thread is None:
            self.thread = threading.Thread(target=self.run, daemon=True)
            self.thread.start()

    def run(self):
        begin = time.monotonic()
        offset = 0
        while not self.stopped.is_set():
            for data, pts, dts in self.units:
                wait = begin + (dts + offset) / 1e9 - time.monotonic()
                if self.stopped.wait(max(0.0, wait)):
                    return
                buffer = Gst.Buffer.new_wrapped(data)
                buffer.pts = pts + offset
                buffer.dts = max(0, dts + offset)
                if self.source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                    return
            if self.once:
                self.source.emit("end-of-stream")
                return
            offset += self.length


class Factory(GstRtspServer.RTSPMediaFactory):
    def __init__(self, units, length, once):
        super().__init__()
        self.units, self.length, self.once = units, length, once
        self.set_launch(
            f"( appsrc name=source is-live=true block=false format=time max-bytes=0 caps={CAPS} "
            "! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
        )

    def do_configure(self, media):
        pusher = Pusher(media.get_element().get_by_name("source"), self.units, self.length, self.once)
        media.connect("unprepared", lambda _: pusher.stopped.set())


def allow_only(server, factory, user, password):
    server.set_auth(GstRtspServer.RTSPAuth())
    allow(server, user, password)
    permissions = GstRtspServer.RTSPPermissions()
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", permission, True)
    factory.set_permissions(permissions)


def allow(server, user, password):
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    server.get_auth().add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)


def close_clients(server):
    server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REMOVE)


def watch_input(loop, commands):
    """Runs each line's command in the loop; ends it on `quit` or when the other end of our input is closed."""

    def run(name, arguments):
        commands[name](*arguments)
        print("done", flush=True)

    for line in sys.stdin:
        name, *arguments = line.split()
        if name == "quit":
            break
        GLib.idle_add(run, name, arguments)
    GLib.idle_add(loop.quit)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--path", default="/stream")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--shared", action="store_true", help="all clients see the same moment")
    parser.add_argument("--once", action="store_true", help="end after one pass instead of looping")
    parser.add_argument("--max-seconds", type=int, default=600)
    options = parser.parse_args()

    die_with_parent()
    Gst.init(None)
    units, length = read_access_units(options.file)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(options.port))
    factory = Factory(units, length, options.once)
    factory.set_shared(options.shared)
    if options.user:
        allow_only(server, factory, options.user, options.password)
    mounts = server.get_mount_points()
    mounts.add_factory(options.path, factory)
    if server.attach(None) == 0:
        sys.exit(f"cannot listen on port {options.port}")

    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(options.max_seconds, loop.quit)
    commands = {
        "close": lambda: close_clients(server),
        "mount": lambda path: mounts.add_factory(path, factory),
        "allow": lambda user, password: allow(server, user, password),
    }
    threading.Thread(target=watch_input, args=(loop, commands), daemon=True).start()
    print(f"port {server.get_bound_port()}", flush=True)
    loop.run()
    # Clients may still be attached; leaving their pipelines to the kernel is faster and safer than tearing them down.
    os._exit(0)


main()
