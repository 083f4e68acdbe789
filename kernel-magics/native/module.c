/* leakhunter._native: the hot loops of heap/ and record/. */
#include "children.h"
#include "native.h"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "leakhunter._native",
    .m_doc = "The hot loops of Leak Hunter; each has a twin in Python.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__native(void) {
    PyMethodDef *parts[] = {flat_methods,       trial_methods,  way_methods,     dominator_methods,
                            retained_methods,   class_methods,  sampler_methods, birth_methods,
                            name_methods,       trace_methods,  allocation_methods,
                            census_methods,     referring_methods, sqlite_methods};
    PyObject *module = PyModule_Create(&definition);
    int failed = module == NULL || children_ready() < 0 || nodes_ready(module) < 0 ||
                 bulk_ready(module) < 0 || heap_ready(module) < 0;
    for (size_t i = 0; !failed && i < sizeof parts / sizeof *parts; i++)
        failed = PyModule_AddFunctions(module, parts[i]) < 0;
    if (failed)
        Py_CLEAR(module);
    return module;
}
