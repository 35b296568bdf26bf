//! `||` by the name of its function: to MariaDB it joins texts or means "or", by a setting of each
//! session.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, Ident, ObjectName, ObjectNamePart, VisitMut as _, VisitorMut,
};

/// The expression with `CONCAT` in the place of every `||`; none if there is none.
pub(super) fn by_function(expression: &Expr) -> Option<String> {
    struct Rename(bool);

    impl VisitorMut for Rename {
        type Break = ();

        fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
            if matches!(
                expression,
                Expr::BinaryOp {
                    op: BinaryOperator::StringConcat,
                    ..
                }
            ) {
                let mut parts = Vec::new();
                flatten(expression.clone(), &mut parts);
                *expression = call(parts);
                self.0 = true;
            }
            ControlFlow::Continue(())
        }
    }

    let (mut expression, mut rename) = (expression.clone(), Rename(false));
    let _ = expression.visit(&mut rename);
    rename.0.then(|| expression.to_string())
}

/// The operands of a chain of `||`, in their order.
fn flatten(expression: Expr, parts: &mut Vec<Expr>) {
    match expression {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::StringConcat,
            right,
        } => {
            flatten(*left, parts);
            flatten(*right, parts);
        }
        part => parts.push(part),
    }
}

fn call(parts: Vec<Expr>) -> Expr {
    let parts = parts.into_iter();
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new("CONCAT"))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: parts
                .map(|part| FunctionArg::Unnamed(FunctionArgExpr::Expr(part)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
