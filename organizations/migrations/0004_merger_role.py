from django.db import migrations

from sistercities.curation.roles import grant


def grant_rights(apps, schema_editor):
    grant("organizations", apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("curation", "0004_linkcheck_roles"), ("organizations", "0003_mergers")]

    operations = [migrations.RunPython(grant_rights, migrations.RunPython.noop)]
