#!/usr/bin/python3
"""TLS and WebSocket of the suite: its two roles with each other."""
import pathlib
import tempfile
import threading
import time
import unittest

from OpenSSL import SSL
from wsproto.extensions import PerMessageDeflate

from blindsum_conformance import certificates, link


class Links(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        certificates.make(cls.folder)

    def setUp(self):
        self.listener = link.Listener("127.0.0.1", 0, self.folder / "server.crt",
                                      self.folder / "server.key")
        self.addCleanup(self.listener.close)

    def pair(self, **connecting):
        """(the participant's link, the aggregator's)."""
        accepted = []
        thread = threading.Thread(target=lambda: accepted.append(self.listener.accept(5)))
        thread.start()
        client = link.connect(self.listener.url, self.folder / "ca.crt", **connecting)
        thread.join()
        self.addCleanup(client.cut)
        self.addCleanup(accepted[0].cut)
        return client, accepted[0]

    def test_messages_go_both_ways(self):
        client, server = self.pair()
        for size in (1, 1000, 70_000, 3_000_000):
            data = bytes(range(256)) * (size // 256 + 1)
            sender = threading.Thread(target=client.send, args=(data[:size],))
            sender.start()
            self.assertEqual(server.receive(10), data[:size])
            sender.join()
        server.send(b"back")
        self.assertEqual(client.receive(5), b"back")

    def test_both_ends_have_one_exporter(self):
        client, server = self.pair()
        self.assertEqual(len(client.exporter), 32)
        self.assertEqual(client.exporter, server.exporter)
        self.assertNotEqual(client.exporter, self.pair()[0].exporter)

    def test_fragments_are_one_message(self):
        client, server = self.pair()
        client.send_part(b"one ", last=False)
        client.ping(b"between")
        client.send_part(b"two", last=True)
        self.assertEqual(server.receive(5), b"one two")
        self.assertEqual(client.wait_for_pong(5), b"between")

    def test_the_end_is_told(self):
        client, server = self.pair()
        server.send(b"last")
        server.close()
        self.assertEqual(client.receive(5), b"last")
        with self.assertRaises(link.Closed) as caught:
            client.receive(5)
        self.assertEqual(caught.exception.code, 1000)
        client, server = self.pair()
        server.cut()
        how = client.wait_for_end(5)
        self.assertIsNotNone(how)
        self.assertIsNone(how.code)

    def test_every_wait_has_an_end(self):
        client, _ = self.pair()
        begun = time.monotonic()
        with self.assertRaises(link.Waited):
            client.receive(0.2)
        self.assertIsNone(client.wait_for_end(0.1))
        with self.assertRaises(link.Waited):
            self.listener.accept(0.1)
        self.assertLess(time.monotonic() - begun, 5)

    def test_ready_tells_who_has_something(self):
        (one, its), (two, _) = self.pair(), self.pair()
        self.assertEqual(link.ready([one, two], 0.1), [])
        its.send(b"x")
        self.assertEqual(link.ready([one, two], 5), [one])

    def test_older_tls_and_other_authorities_are_refused(self):
        def accept():
            try:
                self.listener.accept(5)
            except link.Closed:
                pass
        other = self.folder / "other"
        other.mkdir(exist_ok=True)
        if not (other / "ca.crt").exists():
            certificates.make(other)
        for ca, version in ((self.folder / "ca.crt", SSL.TLS1_2_VERSION),
                            (other / "ca.crt", SSL.TLS1_3_VERSION)):
            thread = threading.Thread(target=accept)
            thread.start()
            with self.assertRaises(link.Closed):
                link.open_tls(self.listener.url, ca, version=version)
            thread.join()

    def test_nothing_is_compressed(self):
        client, server = self.pair(extensions=[PerMessageDeflate()])
        self.assertEqual(client.upgrade.extensions, [])
        self.assertTrue(server.upgrade.extensions)


if __name__ == "__main__":
    unittest.main()
