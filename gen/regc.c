/* regc REGISTRY OUTPUT LANGUAGE …: registries in, C out. See regc.h. */
#include "regc.h"

int main(int argc, char **argv)
{
    if (argc < 4)
        die("usage: regc REGISTRY-DIR OUTPUT-DIR LANGUAGE …");
    struct world w = { .dir = argv[1] };
    out_dir = argv[2];
    gen_errors(&w);
    gen_capabilities(&w);
    gen_events(&w);
    gen_gates(&w);
    gen_commands(&w);
    gen_messages(&w);
    gen_config(&w);
    gen_text(&w, argv + 3, argc - 3);
    gen_forms(&w);
    gen_routes(&w);
    return 0;
}
