"""Serves recordings in real time over RTSP on the loopback address, one after the other, for tests.

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
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

# For each codec: how a stream out of a container is parsed, its caps, and what makes RTP of it.
CODECS = {
    "h264": (
        "h264parse config-interval=-1",
        "video/x-h264,stream-format=byte-stream,alignment=au",
        "h264parse ! rtph264pay config-interval=-1",
    ),
    "h265": (
        "h265parse config-interval=-1",
        "video/x-h265,stream-format=byte-stream,alignment=au",
        "h265parse ! rtph265pay config-interval=-1",
    ),
    "jpeg": ("jpegparse", "image/jpeg", "rtpjpegpay"),
    "vp8": ("identity", "video/x-vp8", "rtpvp8pay"),
    "vp9": ("vp9parse", "video/x-vp9,alignment=super-frame", "rtpvp9pay"),
}

DEMUXERS = {".mp4": "qtdemux", ".ts": "tsdemux", ".mkv": "matroskademux", ".webm": "matroskademux"}


def die_with_parent():
    """Linux: the kernel ends this process when its parent dies, whatever the reason."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(1)


def read_access_units(path, codec):
    """All access units of the file as (bytes, pts, dts) in nanoseconds, the length of one pass, and their full caps."""
    parse, caps, _ = CODECS[codec]
    demuxer = DEMUXERS[os.path.splitext(path)[1]]
    pipeline = Gst.parse_launch(
        f'filesrc location="{path}" ! {demuxer} ! {parse} ! {caps} ! appsink name=sink sync=false'
    )
    sink = pipeline.get_by_name("sink")
    pipeline.set_state(Gst.State.PLAYING)
    units, end, full_caps = [], 0, caps
    while (sample := sink.emit("pull-sample")) is not None:
        buffer = sample.get_buffer()
        full_caps = sample.get_caps().to_string()
        dts = buffer.dts if buffer.dts != Gst.CLOCK_TIME_NONE else buffer.pts
        units.append((buffer.extract_dup(0, buffer.get_size()), buffer.pts, dts))
        end = max(end, buffer.pts + buffer.duration)
    pipeline.set_state(Gst.State.NULL)
    if not units:
        sys.exit(f"no {codec} video in {path}")
    first = min(pts for _, pts, _ in units)
    return [(data, pts - first, dts - first) for data, pts, dts in units], end - first, full_caps


def read_all(paths, codec):
    """The access units of several files as if they were one."""
    units, length, caps = [], 0, ""
    for path in paths:
        more, passed, caps = read_access_units(path, codec)
        units += [(data, pts + length, dts + length) for data, pts, dts in more]
        length += passed
    # Parsed streams say their size in every key frame; of the others the payloader must be told.
    return units, length, caps if codec in ("jpeg", "vp8") else CODECS[codec][1]


class Pusher:
    """Feeds one client's pipeline from a thread, each access unit at its own time."""

    def __init__(self, source, units, length, once, clock):
        self.source, self.units, self.length, self.once = source, units, length, once
        self.clock = clock
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
            for index, (data, pts, dts) in enumerate(self.units):
                wait = begin + (dts + offset) / 1e9 - time.monotonic()
                if self.stopped.wait(max(0.0, wait)):
                    return
                buffer = Gst.Buffer.new_wrapped(data)
                buffer.pts = pts + offset
                buffer.dts = max(0, dts + offset)
                if self.clock:
                    print(f"pushed {index} {time.time() * 1000:.3f}", flush=True)
                if self.source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                    return
            if self.once:
                self.source.emit("end-of-stream")
                return
            offset += self.length


class Factory(GstRtspServer.RTSPMediaFactory):
    def __init__(self, content, codec, once, timestamp_offset, audio, clock):
        super().__init__()
        self.units, self.length, caps = content
        self.once = once
        self.clock = clock
        offset = "" if timestamp_offset is None else f"timestamp-offset={timestamp_offset}"
        sound = "audiotestsrc is-live=true volume=0.1 ! alawenc ! rtppcmapay name=pay1 pt=8" if audio else ""
        payload = 26 if codec == "jpeg" else 96
        self.set_launch(
            f"( appsrc name=source is-live=true block=false format=time max-bytes=0 caps=\"{caps}\" "
            f"! {CODECS[codec][2]} name=pay0 pt={payload} {offset} {sound} )"
        )

    def do_configure(self, media):
        pusher = Pusher(media.get_element().get_by_name("source"), self.units, self.length, self.once, self.clock)
        media.connect("unprepared", lambda _: pusher.stopped.set())


def allow_only(auth, factory, user, password, digest):
    if digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    allow(auth, user, password, digest)
    permit(factory, "viewer")


def allow(auth, user, password, digest):
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if digest:
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)


def allow_everybody(auth, factory):
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "anonymous")
    auth.set_default_token(token)
    permit(factory, "anonymous")


def permit(factory, role):
    permissions = GstRtspServer.RTSPPermissions()
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role(role, permission, True)
    factory.set_permissions(permissions)


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
    parser.add_argument("files", nargs="+")
    parser.add_argument("--codec", choices=CODECS, default="h264")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--path", default="/stream")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--digest", action="store_true", help="digest instead of basic authentication")
    parser.add_argument("--certificate", help="PEM file with certificate and key: rtsps instead of rtsp")
    parser.add_argument("--timestamp-offset", type=int, help="RTP time of the first packet, 0 to 2^32 - 1")
    parser.add_argument("--audio", action="store_true", help="add a sound track")
    parser.add_argument("--clock", action="store_true", help="print `pushed INDEX EPOCH_MS` with every picture")
    parser.add_argument("--shared", action="store_true", help="all clients see the same moment")
    parser.add_argument("--once", action="store_true", help="end after one pass instead of looping")
    parser.add_argument("--max-seconds", type=int, default=600)
    options = parser.parse_args()

    die_with_parent()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(options.port))
    content = read_all(options.files, options.codec)
    factory = Factory(content, options.codec, options.once, options.timestamp_offset, options.audio, options.clock)
    factory.set_shared(options.shared)
    auth = GstRtspServer.RTSPAuth()
    if options.user:
        allow_only(auth, factory, options.user, options.password, options.digest)
    if options.certificate:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(options.certificate))
        if not options.user:
            allow_everybody(auth, factory)
    if options.user or options.certificate:
        server.set_auth(auth)
    mounts = server.get_mount_points()
    mounts.add_factory(options.path, factory)
    if server.attach(None) == 0:
        sys.exit(f"cannot listen on port {options.port}")

    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(options.max_seconds, loop.quit)
    commands = {
        "close": lambda: close_clients(server),
        "mount": lambda path: mounts.add_factory(path, factory),
        "allow": lambda user, password: allow(auth, user, password, options.digest),
    }
    threading.Thread(target=watch_input, args=(loop, commands), daemon=True).start()
    print(f"port {server.get_bound_port()}", flush=True)
    loop.run()
    # Clients may still be attached; leaving their pipelines to the kernel is faster and safer than tearing them down.
    os._exit(0)


main()
