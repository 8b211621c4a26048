"""The desk as its tests use it: people, files and steps."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sistercities.imports.models import ImportBatch
from tests.factories import make_place, make_region, make_user
from tests.world import make_world

#: A new tie, one whose date the directory settles otherwise, a name that two towns have, a date that is none.
FILE = """都道府県,市区町村,提携先国,提携先州,提携先都市,提携年月日,種別
兵庫県,姫路市,US,ワシントン州,シアトル,昭和30年12月7日,友好都市
兵庫県,神戸市,US,ワシントン州,シアトル,1958,姉妹都市
,府中市,US,オハイオ州,Worthington,平成2年4月1日,姉妹都市
埼玉県,狭山市,US,オハイオ州,Dayton,1990年13月1日,姉妹都市
"""
GOOD = "\n".join(FILE.splitlines()[:2]) + "\n"


def two_of_a_name(world):
    """Fuchu in Tokyo and Fuchu in Hiroshima."""
    for code, name in (("JP-13", "東京都"), ("JP-34", "広島県")):
        region = make_region(world.japan, f"Region of {code}", code_scheme="iso-3166-2", code=code, name_ja=name)
        make_place(region, "Fuchu", name_ja="府中市", name_kana="ふちゅうし")


def make_desk_world():
    """The small directory, with two towns of a name."""
    world = make_world()
    two_of_a_name(world)
    return world


def signed_in(role, **fields):
    """A client of a new person with this role; `client.person` is the account."""
    client = Client()
    client.person = make_user(role, **fields)
    client.force_login(client.person)
    return client


class Desk:
    """Steps at the desk by address, with the tasks they begin done at once (tests run within a transaction that never ends)."""

    def __init__(self, callbacks):
        self.callbacks = callbacks

    def get(self, client, name, *args, query="", language="en", **headers):
        return client.get(self.path(name, *args, language=language) + query, **headers)

    def post(self, client, name, *args, **data):
        with self.callbacks(execute=True):
            return client.post(self.path(name, *args), data)

    def path(self, name, *args, language="en"):
        return f"/{language}{reverse(name, args=args)[3:]}"

    def bring(self, client, text=FILE, name="姉妹都市.csv", encoding="cp932", **data):
        """Upload a file; returns the batch, which is checked by then."""
        content = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode(encoding)
        upload = SimpleUploadedFile(name, content)
        answer = self.post(client, "imports", dataset="partnerships", file=upload, **data)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return ImportBatch.objects.latest("pk")

    def submit(self, client, batch, **data):
        batch.refresh_from_db()
        return self.post(client, "import-submit", batch.pk, **{"token": batch.token} | data)

    def approve(self, client, batch, **data):
        batch.refresh_from_db()
        return self.post(client, "import-approve", batch.pk, **{"token": batch.token} | data)

    def applied(self, coordinator, curator, text=GOOD):
        """An import all the way: brought, submitted, published."""
        batch = self.bring(coordinator, text)
        self.submit(coordinator, batch)
        self.approve(curator, batch)
        batch.refresh_from_db()
        return batch
