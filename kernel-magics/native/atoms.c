/* How big numbers and texts are. */
#include "atoms.h"

static PyObject *getsizeof;

static int64_t asked(PyObject *atom) {
    if (getsizeof == NULL) {
        PyObject *sys = PyImport_ImportModule("sys");
        getsizeof = sys == NULL ? NULL : PyObject_GetAttrString(sys, "getsizeof");
        Py_XDECREF(sys);
        if (getsizeof == NULL)
            return -1;
    }
    PyObject *found = PyObject_CallOneArg(getsizeof, atom);
    int64_t size = found == NULL ? -1 : PyLong_AsLongLong(found);
    Py_XDECREF(found);
    return size;
}

int64_t atom_size(PyObject *atom) {
    if (PyUnicode_CheckExact(atom) && PyUnicode_IS_COMPACT_ASCII(atom))
        return (int64_t)sizeof(PyASCIIObject) + PyUnicode_GET_LENGTH(atom) + 1;
    if (PyFloat_CheckExact(atom) || PyBytes_CheckExact(atom))
        return size_by_type(atom);
    if (PyLong_CheckExact(atom)) {
#if PY_VERSION_HEX >= 0x030C0000
        const _PyLongValue *value = &((PyLongObject *)atom)->long_value;
        Py_ssize_t digits = Py_MAX((Py_ssize_t)(value->lv_tag >> 3), 1);
        return (int64_t)offsetof(PyLongObject, long_value.ob_digit) +
               digits * (int64_t)sizeof(digit);
#else
        /* whether 0 has a digit depends on the third number of the version */
        return Py_SIZE(atom) == 0 ? asked(atom) : size_by_type(atom);
#endif
    }
    return asked(atom);
}
