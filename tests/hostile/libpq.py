"""The few calls of libpq that the tests need: parameters in text and binary form, SQLSTATE, message and hint of an error."""
import ctypes

_pq = ctypes.CDLL("libpq.so.5")
_pointer, _text, _int = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
for _name, _returns, _takes in [
    ("PQconnectdb", _pointer, [_text]),
    ("PQstatus", _int, [_pointer]),
    ("PQfinish", None, [_pointer]),
    ("PQerrorMessage", _text, [_pointer]),
    ("PQbackendPID", _int, [_pointer]),
    ("PQexec", _pointer, [_pointer, _text]),
    ("PQexecParams", _pointer, [_pointer, _text, _int, _pointer, _pointer, _pointer, _pointer, _int]),
    ("PQgetResult", _pointer, [_pointer]),
    ("PQputCopyData", _int, [_pointer, _text, _int]),
    ("PQputCopyEnd", _int, [_pointer, _text]),
    ("PQresultStatus", _int, [_pointer]),
    ("PQresultErrorField", _text, [_pointer, _int]),
    ("PQntuples", _int, [_pointer]),
    ("PQnfields", _int, [_pointer]),
    ("PQgetisnull", _int, [_pointer, _int, _int]),
    ("PQgetvalue", _pointer, [_pointer, _int, _int]),
    ("PQgetlength", _int, [_pointer, _int, _int]),
    ("PQclear", None, [_pointer]),
]:
    _function = getattr(_pq, _name)
    _function.restype, _function.argtypes = _returns, _takes

COPY_IN = 4


class Lost(Exception):
    """The connection is gone: the backend crashed."""


class Failed(Exception):
    """An error of the server."""

    def __init__(self, field):
        self.state, self.message, self.hint, self.file = (field(ord(code)) for code in "CMHF")
        super().__init__(f"{self.state}: {self.message} | {self.hint}")


class Connection:
    def __init__(self, options):
        self._connection = _pq.PQconnectdb(options.encode())
        if _pq.PQstatus(self._connection) != 0:
            raise Lost(self._error())
        self.pid = _pq.PQbackendPID(self._connection)

    def _error(self):
        return _pq.PQerrorMessage(self._connection).decode(errors="replace")

    def close(self):
        _pq.PQfinish(self._connection)

    def _rows(self, result):
        """The rows of a result as lists of bytes or None; frees it."""
        try:
            status = _pq.PQresultStatus(result)
            if status == COPY_IN:
                return COPY_IN
            if status in (1, 2):
                return [
                    [None if _pq.PQgetisnull(result, row, column) else ctypes.string_at(_pq.PQgetvalue(result, row, column), _pq.PQgetlength(result, row, column))
                     for column in range(_pq.PQnfields(result))]
                    for row in range(_pq.PQntuples(result))
                ]
            if _pq.PQstatus(self._connection) != 0:
                raise Lost(self._error())
            raise Failed(lambda code: (_pq.PQresultErrorField(result, code) or b"").decode(errors="replace"))
        finally:
            _pq.PQclear(result)

    def run(self, query, parameters=(), binary=False):
        """A statement. A parameter is None, text as bytes, or ("binary", bytes)."""
        count = len(parameters)
        values, lengths, formats = (ctypes.c_char_p * count)(), (ctypes.c_int * count)(), (ctypes.c_int * count)()
        for at, value in enumerate(parameters):
            if isinstance(value, tuple):
                values[at], lengths[at], formats[at] = value[1], len(value[1]), 1
            else:
                values[at] = value
        query = query if isinstance(query, bytes) else query.encode()
        return self._rows(_pq.PQexecParams(self._connection, query, count, None, values, lengths, formats, int(binary)))

    def copy_in(self, query, data):
        """COPY … FROM STDIN."""
        if self._rows(_pq.PQexec(self._connection, query.encode())) != COPY_IN:
            raise ValueError("not a COPY FROM STDIN")
        _pq.PQputCopyData(self._connection, data, len(data))
        _pq.PQputCopyEnd(self._connection, None)
        outcome = None
        while result := _pq.PQgetResult(self._connection):
            try:
                self._rows(result)
            except Failed as failed:
                outcome = failed
        if outcome:
            raise outcome
