//! The table of machines: a grid as the ARIA Authoring Practices describe it. One cell is in the tab order, arrows move
//! between the cells.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::bulk::Bulk;
use super::leave_out;
use crate::browser::dom;
use crate::page::model::fleet::{Column, Row, State, arranged, cell_after, variant_name};
use crate::page::model::text;
use crate::page::store::Store;

/// The most rows that are shown: those of larger fleets are found by the filter.
const MOST_ROWS: usize = 200;
/// Fleets of more machines have a filter.
const FEW: usize = 8;

/// The rows as they are shown, and the cell that is in the tab order.
#[derive(Clone, Copy)]
struct Shown {
    store: Store,
    rows: Memo<Vec<Row>>,
    sort: RwSignal<Option<(Column, bool)>>,
    /// Row (0 is the head) and column.
    active: RwSignal<(usize, usize)>,
}

#[component]
pub fn Grid() -> impl IntoView {
    let store = Store::of_page();
    let filter = RwSignal::new(String::new());
    let sort = RwSignal::new(None);
    let matching = Memo::new(move |_| store.rows.with(|rows| filter.with(|filter| arranged(rows, filter, sort.get()))));
    let rows = Memo::new(move |_| matching.with(|rows| rows.iter().take(MOST_ROWS).cloned().collect::<Vec<_>>()));
    let names = Memo::new(move |_| rows.with(|rows| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>()));
    let is_large = Memo::new(move |_| store.rows.with(|rows| rows.len() > FEW));
    let hidden = Memo::new(move |_| matching.with(Vec::len).saturating_sub(MOST_ROWS));
    let shown = Shown { store, rows, sort, active: RwSignal::new((1, 1)) };
    let head = Column::ALL.into_iter().enumerate();
    let head = head.map(|(at, column)| view! { <Head shown=shown column=column at=at names=names /> }).collect_view();
    view! {
        <Show when=move || is_large.get()>
            <label class="inline-field">
                <span>"Filter by name, backend, hardware or state"</span>
                <input
                    type="text"
                    autocapitalize="off"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || filter.get()
                    on:input=move |event| filter.set(event_target_value(&event))
                />
            </label>
        </Show>
        <div class="fleet-scroll">
            <table
                class="fleet"
                role="grid"
                aria-labelledby="machines-heading"
                aria-rowcount=move || rows.with(Vec::len) + 1
                on:keydown=move |event| on_key(shown, &event)
                on:focusin=move |event| on_focus(shown, &event)
            >
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let:name>
                        <MachineRow shown=shown name=name names=names />
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=move || { hidden.get() > 0 }>
            <p class="field-help">
                {move || format!("{} more: the filter finds them.", text::count(hidden.get(), "machine"))}
            </p>
        </Show>
        <Bulk names=names />
    }
}

impl Shown {
    /// The tab index of a cell.
    fn tab_index(self, row: Memo<usize>, column: usize) -> impl Fn() -> &'static str + Send + Sync + Copy + 'static {
        move || if self.active.get() == (row.get(), column) { "0" } else { "-1" }
    }
}

/// The id of what has the focus in a cell.
fn cell_id(row: usize, column: usize) -> String {
    format!("fleet-{row}-{column}")
}

/// The cell that an element with the focus is of.
fn cell_of(element: &Element) -> Option<(usize, usize)> {
    let id = element.id();
    let (row, column) = id.strip_prefix("fleet-")?.split_once('-')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

/// The head of a column: that of the check boxes has one for all rows, the others sort.
#[component]
fn Head(shown: Shown, column: Column, at: usize, names: Memo<Vec<String>>) -> impl IntoView {
    let tab_index = shown.tab_index(Memo::new(|_| 0), at);
    if column == Column::Chosen {
        let counts = move || shown.rows.with(|rows| (rows.len(), rows.iter().filter(|row| row.chosen).count()));
        let choose = move |event| {
            let on = event_target_checked(&event);
            shown.store.change("choose all", |form| form.choose(&names.get_untracked(), on));
        };
        return view! {
            <th scope="col" class="chosen">
                <input
                    type="checkbox"
                    id=cell_id(0, at)
                    aria-label="All machines"
                    tabindex=tab_index
                    prop:checked=move || counts().0 == counts().1
                    prop:indeterminate=move || { counts().1 > 0 && counts().1 < counts().0 }
                    on:change=choose
                />
            </th>
        }
        .into_any();
    }
    let direction = move || match shown.sort.get() {
        Some((sorted, descending)) if sorted == column => Some(if descending { "descending" } else { "ascending" }),
        _ => None,
    };
    let sort = move |_| {
        shown.sort.update(|sort| {
            *sort = match *sort {
                Some((sorted, false)) if sorted == column => Some((column, true)),
                Some((sorted, true)) if sorted == column => None,
                _ => Some((column, false)),
            }
        });
    };
    let arrow = move || match direction() {
        Some("ascending") => "▲",
        Some(_) => "▼",
        None => "",
    };
    view! {
        <th scope="col" class=column.name().to_lowercase() aria-sort=direction>
            <button type="button" id=cell_id(0, at) tabindex=tab_index on:click=sort>
                {column.name()}
                <span class="arrow" aria-hidden="true">
                    {arrow}
                </span>
            </button>
        </th>
    }
    .into_any()
}

#[component]
fn MachineRow(shown: Shown, name: String, names: Memo<Vec<String>>) -> impl IntoView {
    let store = shown.store;
    let own = StoredValue::new(name.clone());
    // The row's number; the head is row 0.
    let number = Memo::new(move |_| {
        own.with_value(|own| names.with(|names| names.iter().position(|name| name == own))).map_or(0, |at| at + 1)
    });
    let row = Memo::new(move |_| {
        own.with_value(|own| shown.rows.with(|rows| rows.iter().find(|row| row.name == *own).cloned()))
    });
    let part = move |of: fn(&Row) -> String| move || row.with(|row| row.as_ref().map(of).unwrap_or_default());
    let is_chosen = move || row.with(|row| row.as_ref().is_some_and(|row| row.chosen));
    let is_shown = Memo::new(move |_| own.with_value(|own| store.selected.with(|selected| selected == own)));
    let id = move |column| move || cell_id(number.get(), column);
    let cell = move |column: Column, at: usize, of: fn(&Row) -> String| {
        view! {
            <td class=column.name().to_lowercase() id=id(at) tabindex=shown.tab_index(number, at)>
                {part(of)}
            </td>
        }
    };
    let choose = move |event| {
        let on = event_target_checked(&event);
        own.with_value(|own| store.change(&format!("{own} chosen"), |form| form.choose(std::slice::from_ref(own), on)));
    };
    let show = move |_| store.selected.set(own.get_value());
    let state = move || row.with(|row| row.as_ref().map_or(State::Ready, |row| row.state));
    let state_class = move || match state() {
        State::Impossible => "state bad",
        State::ByHand | State::Doubtful => "state doubtful",
        State::Ready | State::LeftOut => "state",
    };
    view! {
        <tr
            class:left-out=move || !is_chosen()
            class:shown=move || is_shown.get()
            aria-current=move || is_shown.get().then_some("true")
        >
            <td class="chosen">
                <input
                    type="checkbox"
                    id=id(0)
                    aria-label=format!("Build llama.cpp for {name}")
                    tabindex=shown.tab_index(number, 0)
                    prop:checked=is_chosen
                    on:change=choose
                />
            </td>
            <th scope="row" class="machine">
                <button type="button" class="machine-name" id=id(1) tabindex=shown.tab_index(number, 1) on:click=show>
                    {name}
                </button>
            </th>
            <td class="backend" id=id(2) tabindex=shown.tab_index(number, 2)>
                {part(|row| variant_name(row.backend).to_owned())}
                <span class="faint">" " {part(|row| row.source.words().to_owned())}</span>
            </td>
            {cell(Column::Cpu, 3, |row| row.cpu.clone())}
            {cell(Column::Gpu, 4, |row| row.gpu.clone())}
            {cell(Column::Install, 5, |row| row.install.to_owned())}
            {cell(Column::Server, 6, |row| row.server.to_owned())}
            <td class=state_class id=id(7) tabindex=shown.tab_index(number, 7)>
                {move || state().words()}
            </td>
        </tr>
    }
}

/// Whatever has the focus is in the tab order.
fn on_focus(shown: Shown, event: &FocusEvent) {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(cell) = element.as_ref().and_then(cell_of) {
        shown.active.set(cell);
    }
}

/// The cell that a key leads to. Columns that have no room are passed over.
fn next_cell(shown: Shown, event: &KeyboardEvent) -> Option<(usize, usize)> {
    let rows = shown.rows.with_untracked(Vec::len);
    let mut cell = shown.active.get_untracked();
    loop {
        let next = cell_after(&event.key(), event.ctrl_key(), cell, rows)?;
        if next == cell || dom::is_shown(&cell_id(next.0, next.1)) {
            return Some(next);
        }
        cell = next;
    }
}

fn on_key(shown: Shown, event: &KeyboardEvent) {
    if event.alt_key() || event.meta_key() {
        return;
    }
    let (row, column) = shown.active.get_untracked();
    if let Some(cell) = next_cell(shown, event) {
        event.prevent_default();
        shown.active.set(cell);
        dom::focus(&cell_id(cell.0, cell.1));
        return;
    }
    let name =
        shown.rows.with_untracked(|rows| row.checked_sub(1).and_then(|at| rows.get(at)).map(|row| row.name.clone()));
    let Some(name) = name.filter(|_| !event.ctrl_key()) else { return };
    // A check box and a button act by themselves.
    let is_text = column > 1;
    match event.key().as_str() {
        "Delete" => {
            leave_out(shown.store, &name);
            // A machine that was named by hand is gone with its row.
            let left = shown.rows.with_untracked(Vec::len);
            dom::focus_soon(cell_id(row.min(left), column));
        }
        "Enter" if is_text => shown.store.selected.set(name),
        " " if is_text => {
            let kind = format!("{name} chosen");
            shown.store.change_machine(&name, &kind, |machine| machine.chosen = !machine.chosen);
        }
        _ => return,
    }
    event.prevent_default();
}
