//! The test companies. All are invented; fiscal codes that begin with 99 have not been issued.

use super::types::TestCompany;
use crate::sandbox::persons::{Address, ENTRIES_OF_A_COMPANY, Purpose, RegisterBehaviour};

/// The default of every test company: known, in business, without entries.
const ORDINARY: TestCompany = TestCompany {
    id: "",
    cui: "",
    name: "",
    trade_register_number: Some("J2020001234400"),
    seat: Address::new("Brașov", "Zărnești", "Str. Tohanului", "21", None),
    represented_by: "representative",
    dissolved: false,
    entries: &[],
    register: RegisterBehaviour::Answers,
    company_register: RegisterBehaviour::Answers,
    purpose: Purpose { ro: "", en: "" },
};

pub(super) static CAST: &[TestCompany] = &[
    TestCompany {
        id: "firm-clean",
        cui: "12345674",
        name: "Construcții Țara Bârsei S.R.L.",
        trade_register_number: Some("J08/1234/2020"),
        purpose: Purpose { ro: "Firmă fără înscrieri", en: "Firm without entries" },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-with-entries",
        cui: "990000013",
        name: "Depozit Doftana S.A.",
        seat: Address::new("Prahova", "Câmpina", "Calea Doftanei", "120", Some(("C1", "3"))),
        entries: ENTRIES_OF_A_COMPANY,
        purpose: Purpose { ro: "Firmă cu înscrieri", en: "Firm with entries" },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-slow",
        cui: "990000021",
        name: "Moara de Sus S.R.L.",
        register: RegisterBehaviour::Slow,
        purpose: Purpose { ro: "Cazierul firmei vine târziu", en: "The firm's criminal record comes late" },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-away",
        cui: "990000030",
        name: "Podgoria Veche S.R.L.",
        register: RegisterBehaviour::Away,
        purpose: Purpose {
            ro: "Cazierul firmei nu poate fi interogat",
            en: "The firm's criminal record cannot be asked for",
        },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-unreachable",
        cui: "990000048",
        name: "Fluierul Fermecat S.R.L.",
        company_register: RegisterBehaviour::Away,
        purpose: Purpose {
            ro: "Registrul comerțului nu răspunde despre ea",
            en: "The company register doesn't answer about it",
        },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-mistaken",
        cui: "990000056",
        name: "Oglinda S.R.L.",
        company_register: RegisterBehaviour::WrongPerson,
        purpose: Purpose {
            ro: "Registrul comerțului răspunde despre altă firmă",
            en: "The company register answers about another firm",
        },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-dissolved",
        cui: "990000064",
        name: "Amurg Comercial S.R.L.",
        dissolved: true,
        purpose: Purpose { ro: "Firmă radiată", en: "Firm that was struck off" },
        ..ORDINARY
    },
    TestCompany {
        id: "firm-of-another",
        cui: "990000072",
        name: "Dobrescu și Fiii S.R.L.",
        represented_by: "clean-2",
        purpose: Purpose { ro: "Reprezentată de altcineva", en: "Represented by somebody else" },
        ..ORDINARY
    },
    TestCompany {
        id: "association",
        cui: "990000080",
        name: "Asociația „Prietenii Pădurii”",
        trade_register_number: None,
        seat: Address::new("București", "București", "Str. Speranței", "8", None),
        purpose: Purpose {
            ro: "Asociație: fără număr la registrul comerțului",
            en: "Association: no trade-register number",
        },
        ..ORDINARY
    },
];
