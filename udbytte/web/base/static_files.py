"""How files of the pages are named where people are served: by what is in them, so that browsers keep them for good."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Also names what a module of JavaScript imports: it is asked for by its own new name."""

    support_js_module_import_aggregation = True
