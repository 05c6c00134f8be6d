//! Hash functions behind one interface.

use blake2b_simd::State as Blake2b;
use blake2s_simd::State as Blake2s;
use sha2::Digest;
use shake::digest::{ExtendableOutput, Update, XofReader};

pub trait Algorithm {
    fn update(&mut self, data: &[u8]);
    /// The digest of what came so far; `length` counts for functions of variable length only.
    fn digest(&self, length: usize) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Algorithm>;
}

/// Of fixed length.
pub struct Fixed<D>(pub D);

impl<D: Digest + Clone + 'static> Algorithm for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn digest(&self, _: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }

    fn copy(&self) -> Box<dyn Algorithm> {
        Box::new(Fixed(self.0.clone()))
    }
}

/// Of any length.
pub struct Variable<D>(pub D);

impl<D: Update + ExtendableOutput + Clone + 'static> Algorithm for Variable<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn digest(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        self.0.clone().finalize_xof().read(&mut out);
        out
    }

    fn copy(&self) -> Box<dyn Algorithm> {
        Box::new(Variable(self.0.clone()))
    }
}

macro_rules! blake2 {
    ($($state:ty)*) => { $(impl Algorithm for $state {
        fn update(&mut self, data: &[u8]) {
            self.update(data);
        }

        fn digest(&self, _: usize) -> Vec<u8> {
            self.finalize().as_bytes().to_vec()
        }

        fn copy(&self) -> Box<dyn Algorithm> {
            Box::new(self.clone())
        }
    })* };
}
blake2!(Blake2b Blake2s);
