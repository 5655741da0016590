"""What the suite's own tests share: refusals by name."""

import unittest

from blindsum_conformance.reference.errors import Refused


class Case(unittest.TestCase):
    def refused(self, reason, call, *arguments, **named):
        with self.assertRaises(Refused) as caught:
            call(*arguments, **named)
        self.assertEqual(caught.exception.reason, reason)
        return caught.exception
