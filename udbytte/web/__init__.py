"""Pages: views, forms and addresses by subject."""
