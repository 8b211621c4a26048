"""Pages that mix the apps: home, search, data, health, sitemaps."""
