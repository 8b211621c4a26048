from django.db import migrations

from sistercities.curation.roles import grant


def let_the_roles_look(apps, schema_editor):
    grant("curation", apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("curation", "0003_linkcheck")]

    operations = [migrations.RunPython(let_the_roles_look, migrations.RunPython.noop)]
