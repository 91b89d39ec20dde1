"""`python -m scalr_async` is `scalr-async`."""

from __future__ import annotations

import sys

from scalr_async.cli import main

sys.exit(main())
