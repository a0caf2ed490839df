"""One file for each kind of widget; `registry` says which kind of field gets which."""
