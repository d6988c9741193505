using System.CommandLine;
using System.CommandLine.Invocation;
using IlgpuGan.Cli.Options;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// What <c>--help</c> prints: usage, examples, then verbs, families and options in groups. It is 80 columns wide, on any terminal.
/// </summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const string Program = "ilgpugan";

    /// <summary>The column where descriptions begin.</summary>
    private const int DescriptionColumn = 26;

    private static readonly Dictionary<string, string[]> s_examples = new()
    {
        [""] = ["new", $"train {FamilyCatalog.All[0].Info.Name} --data facades --out runs/facades", "serve --model zoo:facades"],
        ["new"] = ["new", "new --have two-sets --data monet2photo --way both --size 128 --time 2h"],
        ["train"] = [$"train {FamilyCatalog.All[0].Info.Name} --data facades --out runs/facades", "train --resume runs/facades"],
        ["translate"] =
        [
            "translate --model zoo:monet --input my-photo.jpg --out painted.jpg",
            "translate --model runs/facades --input labels --out pictures",
        ],
        ["generate"] = ["generate --model runs/glyphs --count 16 --out glyphs"],
        ["evaluate"] = ["evaluate --model runs/facades --data facades"],
        ["serve"] = ["serve --model runs/facades", "serve --runs runs"],
        ["export"] =
        [
            "export --model runs/facades --to onnx --out facades.onnx", "export --model zoo:facades --to web --out page",
            "serve --page page",
        ],
        ["data"] = ["data synth --kind edges-shapes --out bags", "data check bags"],
        ["data synth"] = ["data synth --kind glyphs --out glyphs --count 1000 --size 16"],
        ["data combine"] = ["data combine --a labels --b photos --out facades/train"],
    };

    /// <summary>All examples, for tests to try.</summary>
    internal static IEnumerable<string> Examples => s_examples.Values.SelectMany(lines => lines);

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        Write(parsed.CommandResult.Command, parsed.InvocationConfiguration.Output);
        return ExitCode.Done;
    }

    public static void Write(Command command, TextWriter output)
    {
        var path = PathOf(command);
        var family = path.StartsWith("train ", StringComparison.Ordinal) ? FamilyCatalog.Find(command.Name) : null;
        Paragraph(command.Description!);
        if (path.Length == 0)
        {
            Paragraph($"Start here: {Program} demo --fast");
        }

        Section("Usage", Usages(command, path).Select(line => ($"{Program} {line}", "")));
        string[] examples = family is null ? s_examples.GetValueOrDefault(path, []) : [$"{path} --data {(
            family.Info.LearnsFromOneFile ? "picture.png" : "DIR")} --out runs/{family.Info.Name}{(
            family.Info.Presets.Any(p => p.Name == TrainingOptions.SmallPreset) ? $" --preset {TrainingOptions.SmallPreset}" : "")}"];
        Section("Examples", examples.Select(line => ($"{Program} {line}", "")));
        foreach (var group in command.Subcommands.Where(c => !c.Hidden).GroupBy(c => GroupOf(c, path)).OrderBy(g => g.Key.Place))
        {
            Section(group.Key.Title, group.Select(c => (c.Name, c.Description!)));
        }

        Section("Arguments", command.Arguments.Select(a => (a.HelpName ?? a.Name, a.Description!)));
        var own = command.Options.Where(o => !o.Hidden && (path != "train" || !FamilyCatalog.HasOption(NameOf(o)) || o.Name == "--data"))
            .GroupBy(o => family is null ? "Options" : OptionGroups.Of(NameOf(o)));
        foreach (var group in own.OrderBy(g => OptionGroups.PlaceOf(g.Key)))
        {
            Section(group.Key, group.Select(o => (LeftOf(o), RightOf(o))));
        }

        if (path == "train")
        {
            var changeable = OptionExplanation.Names.Where(name => OptionExplanation.Of(name)!.MayChange).Select(name => "--" + name);
            Paragraph($"Options of a family: '{Program} train FAMILY --help'; one of them: '{Program} explain OPTION'. A resumed run may " +
                $"change {string.Join(", ", changeable)}.");
        }

        Paragraph(path.Length > 0 ? $"Everywhere: --json, --quiet, --verbose ('{Program} --help' explains them)."
            : $"'{Program} VERB --help' shows a verb's options.");

        void Paragraph(string text)
        {
            foreach (var line in WordWrap.Lines(text))
            {
                output.WriteLine(line);
            }

            output.WriteLine();
        }

        void Section(string title, IEnumerable<(string Left, string Right)> rows)
        {
            var all = rows.ToList();
            output.Write(all.Count > 0 ? $"{title}:\n" : "");
            foreach (var (left, right) in all)
            {
                var first = WordWrap.Lines(left, indent: 2, further: 4).ToList();
                var second = WordWrap.Lines(right, DescriptionColumn, DescriptionColumn).ToList();
                if (right.Length > 0 && first is [{ Length: <= DescriptionColumn - 2 } name])
                {
                    (first, second[0]) = ([], name + second[0][name.Length..]);
                }

                first.ForEach(output.WriteLine);
                second.ForEach(line => output.Write(right.Length > 0 ? line + '\n' : ""));
            }

            output.Write(all.Count > 0 ? "\n" : "");
        }
    }

    /// <summary>The names of a command and its parents, without the program's: <c>data synth</c>.</summary>
    private static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{PathOf(parent)} {command.Name}".TrimStart()
        : "";

    private static IEnumerable<string> Usages(Command command, string path)
    {
        var required = string.Concat(command.Options.Where(o => o.Required && !o.Hidden).Select(o => $" {o.Name} {o.HelpName}"));
        var arguments = string.Concat(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues > 0 ? $" {a.Name}" : $" [{a.Name}]"));
        return path == "train" ? ["train FAMILY --data DIR --out RUN [options]", "train --resume RUN [options]"]
            : command.Subcommands.Count > 0 ? [$"{path} VERB [options]".TrimStart()]
            : [$"{path}{arguments}{required} [options]"];
    }

    /// <summary>The heading over a verb or a family.</summary>
    private static (int Place, string Title) GroupOf(Command command, string path) => path switch
    {
        "" => Array.Find(Application.Verbs, verb => verb.Name == command.Name).Group is var group
            ? (Array.IndexOf(Application.Groups, group), group)
            : default,
        "train" => ((int)FamilyCatalog.Find(command.Name)!.Info.LearnsFrom, FamilyCatalog.Find(command.Name)!.Info.LearnsFrom switch
        {
            DataKind.Pairs => "Families that learn from pairs of pictures",
            DataKind.TwoSets => "Families that learn from two sets without pairs",
            DataKind.Labelled => "Families that learn from pictures with labels",
            DataKind.OnePicture => "Families that learn from one picture",
            _ => "Families that learn from many pictures, to generate others",
        }),
        _ => (0, "Verbs"),
    };

    /// <summary>An option's name without dashes and <c>no-</c>.</summary>
    private static string NameOf(Option option) =>
        option.Name.StartsWith("--no-", StringComparison.Ordinal) ? option.Name["--no-".Length..] : option.Name.TrimStart('-');

    private static string LeftOf(Option option) =>
        $"{string.Join(", ", option.Aliases.Where(alias => alias is ['-', not '?', ..]).Append(option.Name))} {option.HelpName}".TrimEnd();

    private static string RightOf(Option option) => option.Description +
        (option.Required ? " [required]" : "") +
        (option is { HasDefaultValue: true, Action: null } && option.GetDefaultValue() is { } value and not (false or Array)
            ? Invariant.Text($" [default: {value}]")
            : "");
}
