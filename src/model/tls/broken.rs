//! RSA keys that anybody takes apart, because of how their primes were chosen. What takes a list of keys is not here.

use super::der;

/// The primes by which the keys of broken chips are known (Nemec and others, "The Return of Coppersmith's Attack", 2017;
/// read in its fingerprint test).
const ROCA: [u64; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// Small primes, of which no modulus has one.
const SMALL: [u64; 30] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
    113,
];

/// Why anybody can compute the private key of a modulus.
pub(super) fn modulus(n: &[u8]) -> Option<String> {
    if let Some((factor, _)) = rests(n, &SMALL).find(|(_, rest)| *rest == 0) {
        return Some(format!("RSA with a modulus that {factor} divides: anybody can compute it"));
    }
    let is_broken = rests(n, &ROCA).all(|(prime, rest)| powers(prime).any(|power| power == rest));
    is_broken.then(|| {
        "RSA from a chip with the ROCA fault (CVE-2017-15361): it can be computed from the certificate".to_owned()
    })
}

/// Whether the two primes of a private key lie so close together that a root finds them (FIPS 186-5, A.1.3: they must
/// differ within the first 100 bits).
pub(super) fn is_close(p: &[u8], q: &[u8]) -> bool {
    let first = |number: &[u8]| number.get(..12).map(<[u8]>::to_vec);
    p.len() == q.len() && p.len() > 32 && first(p) == first(q)
}

/// The two primes in `RSAPrivateKey` (RFC 8017, A.1.2): behind version, modulus and two exponents.
pub(super) fn primes(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut inside, _) = der::expect(der, der::SEQUENCE)?;
    for _ in 0..4 {
        (_, inside) = der::expect(inside, der::INTEGER)?;
    }
    let (p, inside) = der::expect(inside, der::INTEGER)?;
    let (q, _) = der::expect(inside, der::INTEGER)?;
    Some((der::unsigned(p), der::unsigned(q)))
}

/// What is left of a number divided by each of some primes. It is gone through once for as many primes as fit a word.
fn rests<'a>(number: &'a [u8], primes: &'a [u64]) -> impl Iterator<Item = (u64, u64)> + 'a {
    let groups = primes.chunks(7).map(|group| (group, group.iter().product::<u64>()));
    groups.flat_map(move |(group, product)| {
        let rest = number.iter().fold(0, |rest: u64, byte| (rest << 8 | u64::from(*byte)) % product);
        group.iter().map(move |prime| (*prime, rest % prime))
    })
}

/// What 65537 makes of itself, modulo a prime.
fn powers(prime: u64) -> impl Iterator<Item = u64> {
    let next = move |power: &u64| Some(power * (65537 % prime) % prime).filter(|power| *power > 1);
    std::iter::successors(Some(1), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_factors() {
        // 2^61 - 1 is a prime; 3 divides 2^62 - 1, and 11 divides 2^10 - 1.
        assert_eq!(modulus(&((1u64 << 61) - 1).to_be_bytes()), None);
        assert!(modulus(&((1u64 << 62) - 1).to_be_bytes()).is_some_and(|why| why.contains("that 3 divides")));
        assert!(modulus(&((1u64 << 10) - 1).to_be_bytes()).is_some_and(|why| why.contains("that 3 divides")));
    }

    #[test]
    fn primes_that_begin_alike() {
        let (mut p, mut q) = (vec![0xc5; 128], vec![0xc5; 128]);
        (p[100], q[100]) = (1, 2);
        assert!(is_close(&p, &q));
        q[3] = 0;
        assert!(!is_close(&p, &q));
    }
}
