"""The names of static files in production: they contain a hash, so that browsers can keep the files for good."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Also rewrites the imports of JavaScript modules to the names with a hash."""

    support_js_module_import_aggregation = True
