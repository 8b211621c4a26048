from django.db import migrations

from sistercities.curation.roles import grant


def make_groups(apps, schema_editor):
    grant("imports", apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("curation", "0002_roles"), ("imports", "0001_initial")]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
