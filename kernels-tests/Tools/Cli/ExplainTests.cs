using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using IlgpuGan.Cli;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What the program says of its options, and the schema of their file.</summary>
public sealed class ExplainTests : CommandFixture
{
    /// <summary>The paper's reason, and which paper; the same option can have others in other families.</summary>
    [Test]
    public void ReasonsAreThePapers()
    {
        Assert.That(OptionExplanation.Of("threads")!.Reasons, Is.Empty);
        var reasons = OptionExplanation.Names.SelectMany(name => OptionExplanation.Of(name)!.Reasons).Select(r => r.Text).ToList();
        Assert.That(reasons, Has.Count.GreaterThan(25).And.All.Match("arXiv [0-9]{4}[.][0-9]{5}").And.All.EndsWith("."));
    }

    [Test]
    public async Task EveryOptionIsListedAndExplained()
    {
        var names = (await Do("explain")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.That(names, Is.SupersetOf(OptionExplanation.Names).And.Contains("crop-size").And.Contains("out").And.Ordered.And.Unique);
        foreach (var name in OptionExplanation.Names)
        {
            var explanation = OptionExplanation.Of(name)!;
            Assert.That(explanation.Values, Is.Not.Empty, name);
            Assert.That(explanation.Meanings.SelectMany(m => m.Families), Is.Unique.And.Not.Empty, name);
        }
    }

    /// <summary>Also those that no run stores: where the data are, where the run goes, what begins or ends a training.</summary>
    [Test]
    public async Task EveryOptionOfHelpIsExplained()
    {
        var train = Application.RootFor(["train"]).Subcommands.Single();
        var names = train.Subcommands.Append(train).Append(Application.RootFor(["train"])).SelectMany(c => c.Options)
            .Where(o => !o.Hidden && o is not (HelpOption or VersionOption)).Select(o => o.Name.TrimStart('-')).Distinct().ToList();
        var listed = (await Do("explain")).Split('\n', StringSplitOptions.TrimEntries).ToHashSet();
        foreach (var name in names)
        {
            var plain = name.StartsWith("no-", StringComparison.Ordinal) ? name[3..] : name;
            Assert.That(listed.Contains(name) || listed.Contains(plain), $"{name} is not listed");
            if (!OptionExplanation.Names.Contains(plain))
            {
                Assert.That(await Do("explain", name), Does.StartWith($"--{name}"));
            }
        }
    }

    public static IEnumerable<string> Families() => FamilyCatalog.All.Select(f => f.Info.Name);

    /// <summary>The options of every preset, as they are written, are what the schema says.</summary>
    [TestCaseSource(nameof(Families))]
    public async Task DefaultsFitTheSchema(string name)
    {
        var schema = JsonDocument.Parse(await Do("explain", "--schema", name)).RootElement;
        var properties = schema.GetProperty("properties");
        var family = FamilyCatalog.Find(name)!;
        foreach (var preset in family.Info.Presets)
        {
            var options = JsonDocument.Parse(family.Defaults(preset.Name).ToJson()).RootElement;
            foreach (var option in options.EnumerateObject())
            {
                Assert.That(properties.TryGetProperty(option.Name, out var known), $"{option.Name} is not in the schema");
                Assert.That(Fits(option.Value, known), $"{preset.Name}: {option.Name} is {option.Value}, but should be {known}");
            }
        }
    }

    /// <summary>The check can fail: values beyond the range and of other kinds are none.</summary>
    [TestCase("crop-size", "0")]
    [TestCase("crop-size", "\"large\"")]
    [TestCase("crop-size", "1.5")]
    [TestCase("model", "\"cyclegan\"")]
    [TestCase("gan-mode", "\"best\"")]
    [TestCase("dropout", "1")]
    public async Task WhatDoesNotFitIsToldByTheSchema(string name, string value)
    {
        var schema = JsonDocument.Parse(await Do("explain", "--schema", "pix2pix")).RootElement;
        Assert.That(Fits(JsonDocument.Parse(value).RootElement, schema.GetProperty("properties").GetProperty(name)), Is.False);
    }

    private static bool Fits(JsonElement value, JsonElement schema)
    {
        if (schema.TryGetProperty("const", out var only))
        {
            return value.ToString() == only.ToString();
        }

        if (schema.TryGetProperty("enum", out var words))
        {
            return words.EnumerateArray().Any(word => word.ValueKind == value.ValueKind && word.ToString() == value.ToString());
        }

        var type = schema.GetProperty("type");
        string?[] types = type.ValueKind == JsonValueKind.Array
            ? [.. type.EnumerateArray().Select(t => t.GetString())]
            : [type.GetString()];
        return value.ValueKind switch
        {
            JsonValueKind.Null => types.Contains("null"),
            JsonValueKind.True or JsonValueKind.False => types.Contains("boolean"),
            JsonValueKind.String => types.Contains("string"),
            JsonValueKind.Number => (types.Contains("number") || (types.Contains("integer") && value.GetDouble() % 1 == 0)) && InRange(),
            _ => false,
        };

        bool InRange() =>
            (!schema.TryGetProperty("minimum", out var least) || value.GetDouble() >= least.GetDouble())
            && (!schema.TryGetProperty("exclusiveMinimum", out var below) || value.GetDouble() > below.GetDouble())
            && (!schema.TryGetProperty("maximum", out var most) || value.GetDouble() <= most.GetDouble());
    }
}
