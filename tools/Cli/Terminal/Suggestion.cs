using System.CommandLine;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Suggests the intended word for a mistyped one.</summary>
internal static class Suggestion
{
    private const int MaxDistance = 3;

    /// <summary>
    /// Options of the reference program, pytorch-CycleGAN-and-pix2pix, and of its older versions, that have other names here: the first
    /// of them that a command has; for a training it may be a command.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string[]> OfReference = new Dictionary<string, string[]>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["dataroot"] = ["--data", "--input"],
        ["name"] = ["--model", "--out"],
        ["checkpoints_dir"] = ["--model", "--out"],
        ["results_dir"] = ["--out"],
        ["gpu_ids"] = ["--device"],
        ["num_threads"] = ["--threads"],
        ["netG"] = ["--generator"],
        ["which_model_netG"] = ["--generator"],
        ["netD"] = ["--discriminator"],
        ["which_model_netD"] = ["--discriminator"],
        ["model"] = ["train FAMILY"],
        ["which_direction"] = ["--direction"],
        ["loadSize"] = ["--load-size"],
        ["fineSize"] = ["--crop-size"],
        ["niter_decay"] = ["--epochs-decay"],
        ["lr_decay_iters"] = ["--lr-decay-epochs"],
        ["print_freq"] = ["--log-freq"],
        ["display_freq"] = ["--sample-freq"],
        ["save_latest_freq"] = ["--save-steps"],
        ["continue_train"] = ["train --resume RUN"],
        ["pretrained_name"] = ["--init-from"],
    };

    /// <summary>
    /// The option or subcommand of a command that is meant by a word; or, with the names of both, the option of its subcommand. Null if
    /// there is none.
    /// </summary>
    public static string? For(string word, Command command) =>
        For(word, NamesIn(command)) ?? OfOtherProgram(word, command) ?? (command.Parents.Any()
            ? command.Subcommands.Where(c => !c.Hidden)
                .Select(c => (c.Name, Meant: NamesIn(c).Contains(word) ? word : OfOtherProgram(word, c))).Where(c => c.Meant is not null)
                .Select(c => $"{command.Name} {c.Name} {c.Meant}").FirstOrDefault()
            : null);

    private static IEnumerable<string> NamesIn(Command command) =>
        command.Options.Concat<Symbol>(command.Subcommands).Where(s => !s.Hidden).Select(s => s.Name);

    private static string? OfOtherProgram(string word, Command command) => !word.StartsWith("--", StringComparison.Ordinal) ? null
        : OfReference.GetValueOrDefault(word[2..].Replace('-', '_'), []).FirstOrDefault(meant => meant[0] == '-'
            ? NamesIn(command).Contains(meant)
            : command.Parents.OfType<Command>().Prepend(command).Any(c => c.Name == "train"));

    /// <summary>The name nearest to a word; null if none is near.</summary>
    public static string? For(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Distance: Distance(word.ToLowerInvariant(), name)))
            .Where(near => near.Distance <= Math.Min(MaxDistance, (near.Name.TrimStart('-').Length + 1) / 3))
            .OrderBy(near => near.Distance).ThenBy(near => near.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;

    /// <summary>The Levenshtein distance: insertions, deletions and replacements of one character between two words.</summary>
    internal static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= to.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
