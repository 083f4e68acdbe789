/* leakhunter._native: the hot loops of heap/ and record/. */
#include "native.h"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "leakhunter._native",
    .m_doc = "The hot loops of Leak Hunter; leakhunter.heap.twin is the same in Python.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__native(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module == NULL || PyModule_AddFunctions(module, flat_methods) < 0 ||
        PyModule_AddFunctions(module, dominator_methods) < 0 ||
        PyModule_AddFunctions(module, class_methods) < 0 ||
        PyModule_AddFunctions(module, sampler_methods) < 0 ||
        PyModule_AddFunctions(module, birth_methods) < 0 || nodes_ready(module) < 0) {
        Py_XDECREF(module);
        return NULL;
    }
    return module;
}
