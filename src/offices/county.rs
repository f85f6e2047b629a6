//! The counties of Romania, by the letters of their number plates.

/// Letters and name of each, with Bucharest, in the order of the alphabet.
pub const COUNTIES: &[(&str, &str)] = &[
    ("AB", "Alba"),
    ("AG", "Argeș"),
    ("AR", "Arad"),
    ("B", "București"),
    ("BC", "Bacău"),
    ("BH", "Bihor"),
    ("BN", "Bistrița-Năsăud"),
    ("BR", "Brăila"),
    ("BT", "Botoșani"),
    ("BV", "Brașov"),
    ("BZ", "Buzău"),
    ("CJ", "Cluj"),
    ("CL", "Călărași"),
    ("CS", "Caraș-Severin"),
    ("CT", "Constanța"),
    ("CV", "Covasna"),
    ("DB", "Dâmbovița"),
    ("DJ", "Dolj"),
    ("GJ", "Gorj"),
    ("GL", "Galați"),
    ("GR", "Giurgiu"),
    ("HD", "Hunedoara"),
    ("HR", "Harghita"),
    ("IF", "Ilfov"),
    ("IL", "Ialomița"),
    ("IS", "Iași"),
    ("MH", "Mehedinți"),
    ("MM", "Maramureș"),
    ("MS", "Mureș"),
    ("NT", "Neamț"),
    ("OT", "Olt"),
    ("PH", "Prahova"),
    ("SB", "Sibiu"),
    ("SJ", "Sălaj"),
    ("SM", "Satu Mare"),
    ("SV", "Suceava"),
    ("TL", "Tulcea"),
    ("TM", "Timiș"),
    ("TR", "Teleorman"),
    ("VL", "Vâlcea"),
    ("VN", "Vrancea"),
    ("VS", "Vaslui"),
];

/// The name of a county; `None` for letters that are none.
#[must_use]
pub fn name(letters: &str) -> Option<&'static str> {
    COUNTIES.iter().find(|(known, _)| *known == letters).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_41_counties_and_bucharest_each_once_and_in_order() {
        assert_eq!(COUNTIES.len(), 42);
        assert!(COUNTIES.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(name("CJ"), Some("Cluj"));
        assert_eq!(name("cj"), None);
    }
}
