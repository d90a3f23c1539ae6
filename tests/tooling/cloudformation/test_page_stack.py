"""The page's files behind CloudFront are served as the local gateway serves them, under which they are tested."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.cloudformation.parts import Template
from tests.support.web_page import WEBSOCKETS, served
from tests.tooling.cloudformation.templates import of_type


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Each file holds its own name."""
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "console.html", "icon.svg", "assets/index-1a2b.js"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_browsers_are_told_what_the_local_gateway_tells_them_and_that_there_is_tls(page: Template, built: Path) -> None:
    local = served(built, "/").headers
    [policy] = of_type(page, "AWS::CloudFront::ResponseHeadersPolicy").values()
    security = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    separator, directives = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Join"]
    [connections] = [each["Fn::Sub"] for each in directives if isinstance(each, dict)]
    assert connections == "connect-src 'self' ${ApiOrigin} ${WebsocketOrigin}"
    on_aws = separator.join(each if isinstance(each, str) else connections for each in directives)
    here = re.sub(r"connect-src [^;]*", connections, local["content-security-policy"])
    assert WEBSOCKETS in local["content-security-policy"]
    assert on_aws == here
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == local["referrer-policy"]
    assert security.keys() - {"StrictTransportSecurity"} == {
        "ContentSecurityPolicy",
        "ContentTypeOptions",
        "ReferrerPolicy",
    }
    assert local["x-content-type-options"] == "nosniff"
    assert all(header["Override"] for header in security.values())


@pytest.mark.parametrize("path", ["/", "/console", "/console/", "/console.html", "/icon.svg", "/assets/index-1a2b.js"])
def test_a_path_leads_to_the_file_of_the_local_gateway(page: Template, built: Path, path: str) -> None:
    if shutil.which("node") is None:
        pytest.skip("needs Node.js")
    [function] = of_type(page, "AWS::CloudFront::Function").values()
    asked = json.dumps({"request": {"uri": path}})
    program = f"{function['FunctionCode']}; console.log(handler({asked}).uri)"
    ran = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == f"/{served(built, path).text}"


def test_nobody_reads_the_files_but_the_distribution(page: Template) -> None:
    [bucket] = of_type(page, "AWS::S3::Bucket").values()
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [policy] = of_type(page, "AWS::S3::BucketPolicy").values()
    [allowed] = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    [arn] = allowed["Condition"]["StringEquals"].values()
    assert arn["Fn::Sub"].endswith("distribution/${Distribution}")
    [access] = of_type(page, "AWS::CloudFront::OriginAccessControl").values()
    assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    [distribution] = of_type(page, "AWS::CloudFront::Distribution").values()
    [origin] = distribution["DistributionConfig"]["Origins"]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["Access", "Id"]}


def test_a_page_without_an_address_of_its_own_needs_no_zone(page: Template) -> None:
    conditional = {name for name, resource in page["Resources"].items() if resource.get("Condition") == "HasPageDomain"}
    assert conditional == {"Certificate", "Record", "RecordOverIPv6"}
    assert {"PageDomain", "HostedZoneId"} == {
        name for name, parameter in page["Parameters"].items() if parameter.get("Default") == ""
    }
