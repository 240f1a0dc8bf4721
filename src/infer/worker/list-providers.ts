/** Entry of a short process that prints the execution providers ONNX Runtime was built with, as one JSON array of names. */
import { listSupportedBackends } from 'onnxruntime-node';

process.stdout.write(JSON.stringify(listSupportedBackends().map(({ name }) => name)));
