"""A display file is read to the model of the pages; what is wrong in it is said with file, line and node."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahg_graph.errors import DisplayError
from ahg_server.presentation import page_model as model
from ahg_server.presentation.page_model import ChartLink, Column, PageModel, Section
from ahg_server.presentation.page_sections import load_page_model, parse_page_model
from ahg_server.presentation.vocabulary import parse_vocabulary

EX = "http://example.org/"
PAGE = EX + "page#"
PREFIXES = f"""@prefix ex: <{EX}> .
@prefix page: <{PAGE}> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix display: <https://w3id.org/ahg-graph/display#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
FIRST = PREFIXES.count("\n") + 1  # the line on which what follows the prefixes begins


def read(text: str) -> PageModel:
    return parse_page_model((PREFIXES + text).encode())


def name(local: str) -> str:
    return f"<{PAGE}{local}>"


def test_sections_columns_and_charts_of_a_class() -> None:
    found = read("""
page:Club a sh:NodeShape ; sh:targetClass ex:Club ; display:isThing true ; display:timeBesideName true ;
  display:sections ( page:members page:history ) ; sh:node page:Group ;
  display:columns ( [ sh:path skos:prefLabel ; sh:name "Name" ; dash:viewer dash:LabelViewer ]
    [ sh:path ex:motto ; sh:name "Motto" ; display:wide true ]
    [ sh:path [ sh:alternativePath ( ex:kind ex:sort ) ] ; sh:name "Kind" ;
      display:statedOnly true ; display:saidByClass true ] ) ;
  display:charts ( [ sh:name "Picture" ; display:chart "membership" ; display:parameter "body" ;
    display:reachedBy ex:memberIn ; display:nodesHave ex:from , ex:to ] ) .
page:Group a sh:NodeShape ; sh:targetClass ex:Group ; display:sections ( page:names ) ; display:isValue true .
page:members sh:name "Members, past & present" ; sh:path [ sh:inversePath [ sh:alternativePath ( ex:in ex:was ) ] ] ;
  display:query "members" ; display:parameter "club" ; display:leaveOut "Club" , "When" ; display:most 3 .
page:history sh:name "History" ; sh:path [ sh:inversePath ex:of ] ; display:withInferred true .
page:names sh:name "Names" ; sh:path [ sh:inversePath ex:nameOf ] .
""")
    names = Section(name("names"), "Names", (EX + "nameOf",), properties=(EX + "nameOf",))
    club = (
        Section(
            name("members"),
            "Members, past & present",
            via=(EX + "in", EX + "was"),
            properties=(EX + "in", EX + "was"),
            query=("members", "club"),
            hidden=frozenset(("Club", "When")),
            most=3,
        ),
        Section(
            name("history"), "History", pattern=f"?node <{EX}of> ?_thing .", properties=(EX + "of",), drawn=EX + "of"
        ),
        names,
    )
    assert club[0].slug == "members-past-present"
    assert found == PageModel(
        sections={EX + "Club": club, EX + "Group": (names,)},
        columns={
            EX + "Club": (
                Column("Name", (model.LABEL,), model.LABEL_VIEWER),
                Column("Motto", (EX + "motto",), is_wide=True),
                Column("Kind", (EX + "kind", EX + "sort"), stated_only=True, said_by_class=True),
            )
        },
        charts={
            EX + "Club": (
                ChartLink("Picture", "membership", "body", EX + "memberIn", frozenset((EX + "from", EX + "to"))),
            )
        },
        named_sections={section.name: section for section in club},
        with_time=frozenset([EX + "Club"]),
        things=frozenset([EX + "Club"]),
        values=frozenset([EX + "Group"]),
    )


def test_what_holds_of_everything() -> None:
    found = read("""
page:Anything a sh:NodeShape ; sh:targetClass owl:Thing ; display:sections ( page:differ ) ;
  display:columns ( [ sh:path ex:title ; sh:name "Title" ] ) ;
  display:time ( ex:a ex:b ex:c ex:d ) ; display:timeFrom ( ex:at ) ; display:nameFallbacks ( ex:text ) ;
  display:summary ex:text ; display:facts ( ex:one ex:two ) ; display:leading ( ex:two ) ;
  display:leadsBack ( ex:has ) ;
  display:externalLinks ( ex:web ) ; display:rowNotes ( [ sh:path ex:if ; sh:name "If" ] ) ;
  display:inCodeList ex:list ;
  display:charts ( [ sh:name "Picture" ; display:chart "life" ] ) .
page:differ sh:name "Differ" ; sh:path [ sh:inversePath ex:about ] ; dash:viewer display:DiscrepancyViewer ;
  display:beneath page:readings .
page:readings sh:name "Readings" ; sh:path ( [ sh:inversePath ex:about ] ex:reading ) .
ex:saidStart display:onFact ex:a .
page:Home display:figures ( [ sh:targetClass ex:Club ; sh:name "clubs" ] ) ; display:highlights ( "members" "names" ) .
page:Ontology display:topics ( [ sh:name "Clubs" ; display:classes ( ex:Club ex:Group ) ] ) .
page:Editor display:firstQuery "ASK {}" .
""")
    differ = Section(
        name("differ"),
        "Differ",
        (EX + "about",),
        properties=(EX + "about",),
        viewer=model.DISCREPANCIES,
        beneath=name("readings"),
    )
    readings = Section(
        name("readings"),
        "Readings",
        pattern=f"?step1 <{EX}about> ?_thing . ?step1 <{EX}reading> ?node .",
        properties=(EX + "about", EX + "reading"),
    )
    assert found == PageModel(
        named_sections={name("differ"): differ, name("readings"): readings},
        fallback=(differ,),
        plain=(Column("Title", (EX + "title",)),),
        everywhere=(ChartLink("Picture", "life"),),
        bounds=(EX + "a", EX + "b", EX + "c", EX + "d"),
        time_from=(EX + "at",),
        names=(EX + "text",),
        summary=EX + "text",
        facts=(EX + "one", EX + "two"),
        leading=frozenset([EX + "two"]),
        leads_back=(EX + "has",),
        links=frozenset([EX + "web"]),
        notes=(Column("If", (EX + "if",)),),
        on_fact={EX + "saidStart": EX + "a"},
        in_code_list=EX + "list",
        figures=((EX + "Club", "clubs"),),
        highlights=("members", "names"),
        topics=(("Clubs", (EX + "Club", EX + "Group")),),
        first_query="ASK {}",
    )
    assert found.readings == readings
    assert found.complete(found.fallback) == (differ, readings)


@pytest.mark.parametrize(
    ("path", "via", "pattern"),
    [
        ("ex:p", (), "?_thing <{0}p> ?node ."),
        ("[ sh:inversePath ex:p ]", ("p",), ""),
        ("[ sh:alternativePath ( [ sh:inversePath ex:p ] [ sh:inversePath ex:q ] ) ]", ("p", "q"), ""),
        ("( ex:p ex:q )", (), "?_thing <{0}p> ?step1 . ?step1 <{0}q> ?node ."),
        (
            "( [ sh:zeroOrOnePath ex:p ] [ sh:inversePath ex:q ] )",
            (),
            "?_thing (<{0}p>)? ?step1 . ?node <{0}q> ?step1 .",
        ),
        (
            "[ sh:alternativePath ( [ sh:inversePath ex:p ] ( ex:q ex:r ) ) ]",
            ("p",),
            "{{ ?node <{0}p> ?_thing . }} UNION {{ ?_thing <{0}q> ?step1 . ?step1 <{0}r> ?node . }}",
        ),
        ("[ sh:inversePath display:anyProperty ]", (), "?node ?link ?_thing . FILTER(ISIRI(?node))"),
    ],
)
def test_a_path_leads_to_the_nodes_of_a_section(path: str, via: tuple[str, ...], pattern: str) -> None:
    found = read(f"""
page:Club a sh:NodeShape ; sh:targetClass ex:Club ; display:sections ( page:s ) .
page:s sh:name "S" ; sh:path {path} .""")
    (section,) = found.sections[EX + "Club"]
    assert section.via == tuple(EX + iri for iri in via)
    assert section.pattern == pattern.format(EX)


CLUB = "page:Club a sh:NodeShape ; sh:targetClass ex:Club ; "


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (CLUB + "display:sections ( page:s", 0, "the file ends inside"),
        (CLUB + "display:sections page:s .\npage:s sh:name 'S' .", 0, "a list is wanted here"),
        (CLUB + "display:sections ( page:s ) .\npage:s sh:path ex:p .", 1, "sh:name must be there once"),
        (CLUB + "display:sections ( page:s ) .\npage:s sh:name 'S' .", 1, f"<{PAGE}s>: sh:path is missing"),
        (CLUB + "display:sections ( page:s ) .", 0, "sh:path is missing"),
        (CLUB + "display:sections ( page:s ) .\npage:s sh:name 'S' , 'T' ; sh:path ex:p .", 1, "more than one value"),
        (CLUB + "display:sections ( page:s ) .\npage:s sh:name 'S' ; sh:path [ sh:minCount 1 ] .", 1, "no path"),
        (
            CLUB + "display:sections ( page:s ) .\npage:s sh:name 'S' ; sh:path ex:p ; display:most 'many' .",
            1,
            "must be a whole number",
        ),
        (
            CLUB + "display:sections ( page:s ) .\npage:s sh:name 'S' ; sh:path ex:p ; display:query 'q' .",
            1,
            "display:parameter must be there once",
        ),
        (
            CLUB + "display:sections ( page:s ) .\npage:s sh:name 'S' ; sh:path ex:p ; display:beneath page:s .",
            1,
            "cannot stand beneath itself",
        ),
        (CLUB + "display:isThing 'maybe' .", 0, "display:isThing is true or false"),
        (CLUB + "display:columns ( [ sh:name 'N' ; sh:path ( ex:p ex:q ) ] ) .", 0, "path of a column must be an IRI"),
        (CLUB + "display:isThing true .\n" + CLUB.replace("page:Club", "page:Other") + ".", 1, "has a shape already"),
        ("page:A a sh:NodeShape ; sh:targetClass owl:Thing ; display:time ( ex:a ) .", 0, "lists four properties"),
        (
            "page:A a sh:NodeShape ; sh:targetClass owl:Thing ; display:facts ( 'a' ) .",
            0,
            "display:facts must be an IRI",
        ),
        (CLUB + "sh:node page:Club .", None, "leads back to itself"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, line: int | None, reason: str) -> None:
    with pytest.raises(DisplayError) as caught:
        read(text)
    assert reason in caught.value.reason
    assert caught.value.path == "display.ttl"
    if line is not None and "sh:path is missing" not in reason:
        assert caught.value.line == FIRST + line


def test_a_snapshot_without_a_display_file_has_what_holds_of_every_graph(tmp_path: Path) -> None:
    found = load_page_model(tmp_path)
    assert found == PageModel()
    assert [section.slug for section in found.fallback] == ["where-the-sources-differ"]
    (tmp_path / "display.ttl").write_text(PREFIXES + CLUB + "display:isThing true .", encoding="utf-8")
    assert load_page_model(tmp_path) == PageModel(things=frozenset([EX + "Club"]))


def test_the_most_specific_class_that_has_sections_counts() -> None:
    below = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    found = read("""
page:Group a sh:NodeShape ; sh:targetClass ex:Group ; display:sections ( page:names ) .
page:Club a sh:NodeShape ; sh:targetClass ex:Club ; display:isThing true .
page:names sh:name "Names" ; sh:path [ sh:inversePath ex:nameOf ] .""")
    words = parse_vocabulary([(EX + "Club", below, EX + "Group"), (EX + "Group", below, EX + "Thing")], found)
    shown = found.sections[EX + "Group"]
    assert words.find_sections([EX + "Thing", EX + "Group", EX + "Club"]) == (*shown, found.readings)
    assert words.find_sections([EX + "Thing"]) == (*found.fallback, found.readings)


def test_the_graph_s_own_file_is_read_whole(home: Path) -> None:
    found = load_page_model(home / "ontology")
    for sections in found.sections.values():
        slugs = [section.slug for section in sections]
        assert len(set(slugs)) == len(slugs), "a section has the address of another"
    assert (len(found.sections), len(found.columns), len(found.topics)) == (18, 29, 10)
