"""Writing an encoder as an ONNX file that answers without torch: small where that is asked for."""
