"""The API's description, which is read as data, and modules that are imported by their names."""
# ruff: noqa: N999 - the name that PyInstaller looks for

from PyInstaller.utils.hooks import (  # pyright: ignore[reportMissingModuleSource] # it is there then
    collect_data_files,
    collect_submodules,
)

datas = collect_data_files("scalr_async")
hiddenimports = collect_submodules("scalr_async.resources")
