use colmig_protocol::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let trigger = args[1] == "on";
    let left = Left { writes: args[2].parse().unwrap(), starts: args[3].parse().unwrap(), lapses: args[4].parse().unwrap(), deaths: args[5].parse().unwrap(), switches: args[6].parse().unwrap() };
    let which: Vec<Option<Rule>> = match args.get(7).map(String::as_str) { None => vec![None], Some("all") => Rule::ALL.map(Some).to_vec(), Some(n) => vec![Some(Rule::ALL[n.parse::<usize>().unwrap()])] };
    for rule in which {
        let protocol = Protocol::new(Rules::new(trigger, rule), left);
        let c = if rule.is_some() { convict(protocol) } else { check(protocol, 2) };
        println!("== {rule:?} trigger {trigger}: unique {} total {} depth {} {:?}", c.unique, c.total, c.depth, c.took);
        for v in &c.violations { println!("{v}\n{:?}", v.last); }
        if rule.is_none() { for (o, n) in &c.met { println!("  {n:>10} {o}"); } }
    }
}
