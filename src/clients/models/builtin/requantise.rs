//! Converts a GGUF file to Q8_0, which candle computes several times faster than the published Q4_1.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Result};

/// What `general.file_type` says of a file that is mostly Q8_0.
const MOSTLY_Q8_0: u32 = 7;

/// Writes the model in the file `from` to the file `to`, with its metadata, and waits until it is on disk.
pub(super) fn requantise(from: &Path, to: &Path) -> Result<()> {
    let mut reader = BufReader::new(File::open(from)?);
    let content = Content::read(&mut reader)?;
    let tensors = sorted(content.tensor_infos.keys())
        .map(|name| Ok((name.as_str(), to_q8_0(content.tensor(&mut reader, name, &Device::Cpu)?)?)))
        .collect::<Result<Vec<_>>>()?;
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();

    let file_type = Value::U32(MOSTLY_Q8_0);
    let metadata: Vec<_> = sorted(content.metadata.keys())
        .filter_map(|key| Some((key.as_str(), content.metadata.get(key)?)))
        .map(|(key, value)| (key, if key == "general.file_type" { &file_type } else { value }))
        .collect();

    let mut writer = BufWriter::new(File::create(to)?);
    gguf_file::write(&mut writer, &metadata, &tensors)?;
    writer.flush()?;
    writer.get_ref().sync_all()?;
    Ok(())
}

/// The vectors of norms stay exact; matrices that are Q8_0 already stay as they are.
fn to_q8_0(tensor: QTensor) -> Result<QTensor> {
    match tensor.dtype() {
        GgmlDType::F32 | GgmlDType::Q8_0 => Ok(tensor),
        _ => QTensor::quantize(&tensor.dequantize(&Device::Cpu)?, GgmlDType::Q8_0),
    }
}

/// The same order each time, so that the same file becomes the same file.
fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> impl Iterator<Item = &'a String> {
    let mut names: Vec<_> = names.collect();
    names.sort();
    names.into_iter()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use candle_core::Tensor;

    /// A file with one matrix in Q4_1 and one vector.
    pub(crate) fn write_tiny(to: &Path) {
        let matrix = Tensor::arange(0_f32, 128., &Device::Cpu).unwrap().reshape((2, 64)).unwrap();
        let matrix = QTensor::quantize(&matrix, GgmlDType::Q4_1).unwrap();
        let vector = Tensor::arange(0_f32, 64., &Device::Cpu).unwrap();
        let vector = QTensor::quantize(&vector, GgmlDType::F32).unwrap();
        let (name, kind) = (Value::String("tiny".to_owned()), Value::U32(3));
        let metadata = [("general.name", &name), ("general.file_type", &kind)];
        let mut file = File::create(to).unwrap();
        gguf_file::write(&mut file, &metadata, &[("m", &matrix), ("v", &vector)]).unwrap();
    }

    #[test]
    fn matrices_become_q8_0_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        write_tiny(&from);
        requantise(&from, &to).unwrap();

        let mut file = File::open(&to).unwrap();
        let content = Content::read(&mut file).unwrap();
        assert_eq!(content.metadata["general.name"].to_string().unwrap(), "tiny");
        assert_eq!(content.metadata["general.file_type"].to_u32().unwrap(), MOSTLY_Q8_0);
        let matrix = content.tensor(&mut file, "m", &Device::Cpu).unwrap();
        assert_eq!(matrix.dtype(), GgmlDType::Q8_0);
        let values =
            matrix.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(
            values.iter().zip(0_u8..).all(|(found, real)| (found - f32::from(real)).abs() < 2.),
            "{values:?}"
        );
        assert_eq!(content.tensor(&mut file, "v", &Device::Cpu).unwrap().dtype(), GgmlDType::F32);
    }

    #[test]
    fn what_is_no_model_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::write(&from, b"<html>not found</html>").unwrap();
        assert!(requantise(&from, &to).is_err());
    }
}
