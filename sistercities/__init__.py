"""The project package: settings, the layers that all apps share, and the pages that mix apps."""
