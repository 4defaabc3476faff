"""How far annotators agree: their answers read from columns or files, alpha, kappa, disputes."""
