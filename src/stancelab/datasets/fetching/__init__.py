"""Getting the original files of a corpus into its folder, each as it was published."""
