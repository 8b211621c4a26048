"""Indexes that nothing asks and that an import of 100,000 ties would fill: of who did it, and of what is empty nearly everywhere."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0005_act_basis'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='historicalpartnership',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalpartnership',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partnerships.partnership', verbose_name='merged into'),
        ),
        migrations.AlterField(
            model_name='historicalpartnershipcitation',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='historicalparty',
            name='history_user',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='party',
            name='signed_as',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The predecessor that signed, where it was another body.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_parties', to='partnerships.place', verbose_name='signed as'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('signed_as__isnull', False)), fields=['signed_as'], name='party_signed_as'),
        ),
    ]
