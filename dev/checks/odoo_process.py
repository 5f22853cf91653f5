"""Databases of their own, and processes that work on them and may be killed in the middle."""

import os
import pickle
import shutil
import signal
import threading
import time
import traceback
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import SQL
from odoo.tools import config as odoo_config

# As in a shop: Odoo runs no tests when it loads modules, and keeps all its rules.
NO_TESTS = {"test_enable": False}

WAIT = 60  # seconds; what hangs longer has failed


def make_database(word, template=None):
    """A database that nobody else uses, no other process of pytest either.

    :param template: copied; the base (Odoo without the add-on) unless told
    :return: its name
    """
    name = f"{os.environ['POS_LOT_TEST_DB']}_{word}{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    drop_database(name)
    if template:
        # PostgreSQL copies only what nobody is connected to, and `load` keeps a connection.
        sql_db.close_db(template)
        filestore = Path(odoo_config.filestore(template))
    else:
        template = os.environ["POS_LOT_BASE_DB"]
        filestore = Path(os.environ["POS_LOT_BASE_DATA"], "filestore", template)
    _administer(
        SQL("CREATE DATABASE %s TEMPLATE %s", SQL.identifier(name), SQL.identifier(template))
    )
    shutil.copytree(filestore, odoo_config.filestore(name), dirs_exist_ok=True)
    return name


def drop_database(name):
    sql_db.close_db(name)
    Registry.delete(name)
    _administer(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
    shutil.rmtree(odoo_config.filestore(name), ignore_errors=True)


@contextmanager
def kept_database(word, template=None):
    """A database with the add-on, which is dropped at the end; for fixtures.

    :param template: a database with the add-on, to be copied; None: it is installed
    """
    name = make_database(word, template)
    if not template:
        run(name, install)
    load(name)
    yield name
    drop_database(name)


def _administer(statement):
    with closing(sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        cr.execute(statement)


def install(env):
    """Install the add-on, as an administrator does; for `run`."""
    modules = env["ir.module.module"]
    modules.update_list()
    modules.search([("name", "=", "pos_lot_traceability")]).button_immediate_install()


def load(database):
    """Load Odoo for a database once, before processes divide."""
    with patch.dict(odoo_config._runtime_options, NO_TESTS):
        Registry(database)


def run(database, function, *args, user=SUPERUSER_ID, die_after=None):
    """Call a function in a process of its own, in one transaction that is committed at the end.

    :param function: takes an environment and the arguments
    :param die_after: (model, method): once that has returned and all is written, the process gets
        SIGKILL, and PostgreSQL a broken connection
    :return: what the function returned, or None when the process was killed
    :raises AssertionError: the process failed, or was not killed where it should have been
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _work(database, function, args, user, die_after, writer)
    os.close(writer)
    with open(reader, "rb") as answer:
        result = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == (-signal.SIGKILL if die_after else 0), f"exit code {code}\n{result.decode()}"
    return pickle.loads(result) if result else None


def _work(database, function, args, user, die_after, writer):
    """What the new process does; it never comes back from here."""
    code = 1
    try:
        # The parent's connections are not ours.
        sql_db._Pool = sql_db._Pool_readonly = None
        odoo_config._runtime_options.update(NO_TESTS)
        registry = Registry(database)
        registry._db = sql_db.db_connect(database)
        with registry.cursor() as cr:
            env = api.Environment(cr, user, {})
            if die_after:
                _die_after(env, *die_after)
            # Commits, as at the end of a request.
            result = retrying(lambda: function(env, *args), env)
        os.write(writer, pickle.dumps(result))
        code = 0
    except BaseException:  # noqa: BLE001  the parent tells
        os.write(writer, traceback.format_exc()[-5000:].encode())
    finally:
        os._exit(code)


def _die_after(env, model, method):
    Model = env.registry[model]
    original = getattr(Model, method)

    def die(records, *args, **kwargs):
        original(records, *args, **kwargs)
        records.env.flush_all()
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(Model, method, die)


def start(database, function, *args, user):
    """`run` in another process; a thread waits for it.

    :return: a function that waits for the end, and gives the list of failures
    """
    failures = []

    def work():
        try:
            run(database, function, *args, user=user)
        except BaseException as error:  # noqa: BLE001  it belongs to the test's own thread
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()

    def join():
        thread.join(WAIT)
        assert not thread.is_alive(), "the sale hangs"
        return failures

    return join


def wait_for(sign):
    """Wait until another process has touched a file."""
    end = time.monotonic() + WAIT
    while not sign.exists():
        assert time.monotonic() < end, f"{sign.name} did not come"
        time.sleep(0.02)
