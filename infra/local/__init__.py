"""The whole system on one machine: the embedded cloud, the provider sandboxes and what starts them."""
