from django.db import migrations

from sistercities.curation.roles import grant_all


def make_group(apps, schema_editor):
    # The new role has rights on the records of every app: those that are there already are given to it here, those of apps that
    # are migrated later by their own migrations.
    grant_all(apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("curation", "0004_linkcheck_roles"), ("partnerships", "0003_mergers")]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
