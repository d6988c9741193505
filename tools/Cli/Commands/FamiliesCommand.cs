using System.CommandLine;
using IlgpuGan.Claims;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>families</c>: the families that can be trained, with their papers, data and presets.</summary>
internal static class FamiliesCommand
{
    public static Command Create()
    {
        var command = new Command("families", "Lists the families of GANs: paper, data, what their generators take, presets.");
        command.SetAction(parsed => Run(Screen.Of(parsed)));
        return command;
    }

    private static int Run(Screen screen)
    {
        screen.Result(
            FamilyCatalog.All.Select(f => new
            {
                name = f.Info.Name,
                title = f.Info.Title,
                summary = f.Info.Summary,
                paper = f.Info.Paper,
                data = f.Info.Data,
                input = f.Info.Input,
                presets = f.Info.Presets.Select(p => new { name = p.Name, summary = p.Summary }),
                claims = ClaimCatalogue.Of(f).Select(c => c.Name),
            }),
            [.. FamilyCatalog.All.SelectMany(Lines)]);
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(Family family)
    {
        var info = family.Info;
        yield return $"{info.Name}: {info.Summary}";
        yield return $"    paper    {info.Paper}";
        yield return $"    data     {info.Data}";
        yield return $"    takes    {info.Input}";
        foreach (var preset in info.Presets)
        {
            yield return $"    preset   {preset.Name}: {preset.Summary}";
        }

        if (ClaimCatalogue.Of(family) is { Count: > 0 } claims)
        {
            yield return $"    claims   {string.Join(", ", claims.Select(c => c.Name))} (ilgpugan experiment run NAME)";
        }
    }
}
