//! The table of machines: chosen, changed several at once, filtered and sorted, by mouse and by keyboard.

use crate::{
    fleet::request_of,
    page::{Page, open},
    states::cluster,
};
use llama_fleet::request::Variant;

fn cluster_of(page: &mut Page) {
    page.fill("textbox", "flake.nix", &cluster());
    page.wait_for("the machines", "document.querySelectorAll('.machine-name').length === 18");
}

/// The names of the machines in the order in which they are shown.
fn names(page: &mut Page) -> Vec<String> {
    let names = page.eval("[...document.querySelectorAll('.machine-name')].map((name) => name.innerText)");
    names.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

#[test]
fn of_eighteen_machines_of_which_nothing_is_known_the_owner_picks() {
    let Some((mut page, _server)) = open() else { return };
    cluster_of(&mut page);
    page.wait_for("the words", "document.querySelector('.nothing')?.innerText.startsWith('Choose the machines')");
    page.click("checkbox", "Build llama.cpp for node03");
    page.click("checkbox", "Build llama.cpp for node07");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    assert_eq!(request_of(&mut page).machines.into_keys().collect::<Vec<_>>(), ["node03", "node07"]);
}

#[test]
fn several_machines_are_changed_at_once() {
    let Some((mut page, _server)) = open() else { return };
    cluster_of(&mut page);
    page.fill("textbox", "Filter by name, backend, hardware or state", "node1");
    page.wait_for("the filtered rows", "document.querySelectorAll('.machine-name').length === 9");
    page.click("checkbox", "All machines");
    page.wait_for("the choice", "document.querySelector('.bulk')?.innerText.includes('9 machines')");
    page.choose("Backend of all chosen", "Vulkan");
    page.fill("textbox", "Filter by name, backend, hardware or state", "");
    page.wait_for("all rows", "document.querySelectorAll('.machine-name').length === 18");
    let machines = request_of(&mut page).machines;
    assert_eq!(machines.len(), 9);
    assert!(machines.iter().all(|(name, machine)| name.starts_with("node1") && machine.variant == Variant::Vulkan));
    page.eval("document.activeElement.blur()");
    page.press("Control+z");
    page.wait_for("the way back", "document.querySelector('#fleet-10-2').innerText.startsWith('CPU')");
    page.click("checkbox", "All machines");
    page.wait_for("all of them", "document.querySelector('.step.machines .step-fact').innerText === '18 machines'");
    page.click("checkbox", "All machines");
    page.wait_for(
        "none of them",
        "document.querySelector('.step.machines .step-fact').innerText.startsWith('0 of 18')",
    );
}

#[test]
fn the_form_of_one_machine_stands_beside_the_table_where_there_is_room_and_else_below() {
    let Some((mut page, _server)) = open() else { return };
    cluster_of(&mut page);
    page.click("button", "node02");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'node02'");
    let places = "(() => {
        const [table, form] = ['.fleet-scroll', '#machine-panel'].map((part) => document.querySelector(part).getBoundingClientRect());
        return [table.right <= form.left && form.top < table.bottom, table.bottom <= form.top];
    })()";
    for (width, beside) in [(390, false), (1024, false), (1366, true), (1920, true)] {
        page.resize(width, 900);
        assert_eq!(page.eval(places), serde_json::json!([beside, !beside]), "{width} px");
    }
    // The table stays in the window while the form is gone through, and another machine is one click away.
    page.click("checkbox", "Build llama.cpp for node02");
    page.wait_for("its fields", "document.querySelector('#machine-panel details.more') !== null");
    page.eval("document.querySelector('#machine-panel details.more').scrollIntoView({ block: 'end' })");
    let name = page.eval(
        "(() => {
            const box = document.getElementById('fleet-3-1').getBoundingClientRect();
            return document.elementFromPoint(box.x + 8, box.y + box.height / 2)?.id;
        })()",
    );
    assert_eq!(name, "fleet-3-1");
}

#[test]
fn the_rows_are_sorted_by_any_column() {
    let Some((mut page, _server)) = open() else { return };
    cluster_of(&mut page);
    page.click("button", "Machine");
    page.click("button", "Machine");
    page.wait_for("the order", "document.querySelector('th.machine').ariaSort === 'descending'");
    assert_eq!(names(&mut page).first().map(String::as_str), Some("node18"));
    page.click("checkbox", "Build llama.cpp for node05");
    page.click("button", "State");
    page.wait_for("the order", "document.querySelector('th.state').ariaSort === 'ascending'");
    assert_eq!(names(&mut page).first().map(String::as_str), Some("node05"));
}

#[test]
fn the_table_is_gone_through_by_keyboard_as_a_grid_is() {
    let Some((mut page, _server)) = open() else { return };
    cluster_of(&mut page);
    page.click("button", "node01");
    let focus = |page: &mut Page| page.eval("document.activeElement.id").as_str().unwrap_or_default().to_owned();
    assert_eq!(focus(&mut page), "fleet-1-1");
    for (key, id) in [
        ("ArrowDown", "fleet-2-1"),
        ("ArrowLeft", "fleet-2-0"),
        ("End", "fleet-2-7"),
        ("Control+Home", "fleet-1-0"),
        ("Control+End", "fleet-18-7"),
        ("Home", "fleet-18-0"),
        ("ArrowDown", "fleet-18-0"),
    ] {
        page.press(key);
        assert_eq!(focus(&mut page), id, "after {key}");
    }
    page.press("Space");
    page.wait_for("the choice", "document.querySelector('.step.machines .step-fact').innerText.startsWith('1 of 18')");
    // One stop for Tab.
    page.press("Tab");
    assert!(!focus(&mut page).starts_with("fleet-"), "{}", focus(&mut page));
    page.press("Shift+Tab");
    assert_eq!(focus(&mut page), "fleet-18-0");
    page.press("Delete");
    page.wait_for("its end", "document.querySelector('.step.machines .step-fact').innerText.startsWith('0 of 18')");
}
