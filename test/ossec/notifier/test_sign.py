"""AWS's own published example is the oracle: `post-sts-header-before` of its Signature Version 4 test suite."""

import unittest
from datetime import UTC, datetime

from bake_notifier.sign import Credentials, signed_headers

TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8"
    "YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6f"
    "E8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj"
    "2ICCR/oLxBA=="
)


class Sign(unittest.TestCase):
    def test_signs_as_aws_does(self) -> None:
        credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", TOKEN)
        now = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
        headers = signed_headers(
            credentials, "us-east-1", "service", {"Host": "example.amazonaws.com"}, b"", now
        )
        self.assertEqual(
            headers["Authorization"],
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date;x-amz-security-token, "
            "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
        )

    def test_credentials_do_not_show_themselves(self) -> None:
        self.assertNotIn("private", f"{Credentials('AKID', 'private', 'private')!r}")


if __name__ == "__main__":
    unittest.main()
