"""The drawn designs: posters of 480 × 640 whose subject lies where every cut-out shows it."""
