/* Sizes of plain objects, class by class; the twin is heap/peek/sizes.py. */
#include "plans.h"
#include "atoms.h"

PyObject *plans_learn(Plans *plans, PyObject *args) {
    PyObject *type, *name, *module, *method;
    long long header, basic, array;
    Plan plan = {0};
    if (!PyArg_ParseTuple(args, "O!UUiOppLLLnn", &PyType_Type, &type, &name, &module, &plan.mode,
                          &method, &plan.by_type, &plan.length, &header, &basic, &array,
                          &plan.names, &plan.slots))
        return NULL;
    Plan *at = PyMem_RawRealloc(plans->at, ((size_t)plans->many + 1) * sizeof *at);
    if (at == NULL)
        return PyErr_NoMemory();
    plans->at = at;
    int32_t *place = table_put(&plans->of, (uintptr_t)type, plans->many);
    if (place == NULL)
        return NULL;
    *place = plans->many;
    plan.name = Py_NewRef(name);
    plan.module = Py_NewRef(module);
    plan.method = Py_NewRef(method);
    plan.header = header;
    plan.basic = basic;
    plan.array = array;
    at[plans->many++] = plan;
    Py_RETURN_NONE;
}

void plans_free(Plans *plans) {
    for (int32_t i = 0; i < plans->many; i++) {
        Py_XDECREF(plans->at[i].name);
        Py_XDECREF(plans->at[i].module);
        Py_XDECREF(plans->at[i].method);
    }
    PyMem_RawFree(plans->at);
    table_free(&plans->of);
    *plans = (Plans){0};
}

Py_ssize_t plan_length(PyObject *obj) {
    if (PyDict_CheckExact(obj))
        return PyDict_GET_SIZE(obj);
    return PyAnySet_CheckExact(obj) ? PySet_GET_SIZE(obj) : Py_SIZE(obj);
}

int64_t plan_bare(const Plan *plan, PyObject *obj) {
    if (PyList_CheckExact(obj))
        return Py_TYPE(obj)->tp_basicsize + ((PyListObject *)obj)->allocated * POINTER;
    if (plan->by_type)
        return size_by_type(obj);
    PyObject *found = PyObject_CallOneArg(plan->method, obj);
    int64_t size = found == NULL ? -1 : PyLong_AsLongLong(found);
    Py_XDECREF(found);
    if (size == -1)
        PyErr_Clear();
    return Py_MAX(size, 0);
}

/* Is there a dictionary of an instance's attributes?  PYTHON where that is not plain. */
static int has_dict(const Plan *plan, PyObject *obj, const Children *children) {
#if PY_VERSION_HEX >= 0x030D0000
    (void)plan, (void)children;
    if (!(Py_TYPE(obj)->tp_flags & Py_TPFLAGS_MANAGED_DICT))
        return PYTHON;
    return ((PyObject **)obj)[-3] == NULL ? 0 : PYTHON;
#else
    (void)obj;
    if (children->length > plan->slots + 2)
        return 0;
    for (Py_ssize_t i = 0; i < children->length; i++)
        if (PyDict_Check(children->at[i].obj))
            return plan->names > 1 && !plan->slots ? 1 : PYTHON;
    return 0;
#endif
}

int plan_size(const Plan *plan, PyObject *obj, int64_t bare, const Children *children,
              int64_t *size) {
    int64_t array = plan->array, whole = bare;
    if (plan->mode == INLINE) {
        int has = plan->array || PY_VERSION_HEX >= 0x030D0000 ? has_dict(plan, obj, children) : 0;
        if (has == PYTHON)
            return PYTHON;
        array = has ? 0 : plan->array;
    }
#if PY_VERSION_HEX >= 0x030D0000
    whole += array;
    array = 0;
#endif
    *size = block(array) + (plan->basic > 0 && whole > plan->basic
                                ? block(plan->basic + plan->header) + block(whole - plan->basic)
                                : block(whole + plan->header));
    return DONE;
}

int64_t plan_shared(const Plan *plan, int64_t bare) {
    int64_t values = bare - plan->basic;
#if PY_VERSION_HEX >= 0x030D0000
    int64_t length = values / POINTER;
    values = ((length + 7) & ~(int64_t)7) + (length + 1) * POINTER;
#elif PY_VERSION_HEX >= 0x030B0000
    int64_t length = values / POINTER;
    values = ((length + 9) & ~(int64_t)7) + length * POINTER;
#endif
    return block(plan->basic + plan->header) + block(values);
}

int keys_shared(const Keys *keys, PyObject *obj, int64_t bare, int sure) {
    if (PyDict_GET_SIZE(obj) > keys->most)
        return 0;
    if (PyDict_GET_SIZE(obj) <= FEW) {
        PyObject *number = PyLong_FromLongLong(bare);
        int found = number == NULL ? -1 : PySet_Contains(keys->alone, number);
        Py_XDECREF(number);
        if (found <= 0)
            return found < 0 ? -1 : 1;
    }
    return sure && ((PyDictObject *)obj)->ma_values != NULL;
}
