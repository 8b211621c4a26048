from django.db import migrations

from sistercities.curation.roles import grant


def make_groups(apps, schema_editor):
    grant("partnerships", apps=apps, using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("curation", "0002_roles"), ("partnerships", "0001_initial")]

    # The permissions to publish stand in the models' options; they are stated here, before groups are given them.
    operations = [
        migrations.AlterModelOptions(
            name="partnership",
            options={
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "ordering": ["established_order", "pk"],
                "verbose_name": "partnership",
                "verbose_name_plural": "partnerships",
            },
        ),
        migrations.AlterModelOptions(
            name="place",
            options={
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "ordering": ["sort_key", "pk"],
                "verbose_name": "place",
                "verbose_name_plural": "places",
            },
        ),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
    ]
