using System.Diagnostics;

namespace IlgpuGan.TestsCommon;

/// <summary>Runs the <c>dotnet</c> command.</summary>
internal static class DotnetCommand
{
    /// <summary>Runs a command and returns its output. Fails the test if the command fails.</summary>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments);

        // MSBuild variables of the test host must not affect the child's build.
        var inherited = start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (string variable in inherited)
        {
            start.Environment.Remove(variable);
        }

        var (code, output, errors) = SystemProgram.Finish(start);
        Assert.That(code, Is.Zero, output + errors);
        return output;
    }
}
