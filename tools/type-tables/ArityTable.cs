namespace IlgpuGan.TypeTables;

/// <summary>Members that repeat for every number of arguments, which C# has no generics over.</summary>
internal static class ArityTable
{
    private const int Widest = 140;
    private const int MostArguments = 14;
    private const int MostTextArguments = 44;
    private const int MostTextResults = 10;

    /// <summary>Stands for a space at which no line is broken.</summary>
    private const char Glue = '~';

    private static readonly bool[] s_both = [false, true];

    public static string ExplicitLoaders() => TypeTable.Write(
        """
        namespace ILGPU.Runtime;

        /// <summary>Loads kernels by delegate; 1 to 14 arguments.</summary>
        public static partial class KernelLoaders
        {
        """,
        from count in Enumerable.Range(1, MostArguments)
        from usesDefault in s_both
        from isSpecialized in s_both
        from hasInfo in s_both
        select ExplicitLoader(count, usesDefault, isSpecialized, hasInfo),
        "}\n");

    public static string ImplicitLoaders() => TypeTable.Write(
        """
        namespace ILGPU.Runtime;

        /// <content>Kernels over an index.</content>
        public static partial class KernelLoaders
        {
        """,
        from count in Enumerable.Range(1, MostArguments)
        from isSized in s_both
        from usesDefault in s_both
        from hasInfo in s_both
        select ImplicitLoader(count, isSized, usesDefault, hasInfo),
        "}\n");

    public static string Launches() => TypeTable.Write(
        """
        namespace ILGPU.Runtime;

        /// <content>Loading and launching in one call.</content>
        public abstract partial class Accelerator
        {
            private readonly LauncherCache _launchers = new();
        """,
        from count in Enumerable.Range(1, MostArguments)
        from isImplicit in s_both
        from takesStream in s_both
        select Launch(count, isImplicit, takesStream),
        "}\n");

    public static string Texts() => TypeTable.Write(
        """
        namespace ILGPU.Runtime.Cuda;

        /// <content>Text whose first argument may be a result; 1 to 10 arguments.</content>
        public static partial class CudaAsm
        {
        """,
        from count in Enumerable.Range(1, MostTextResults)
        from hasResult in s_both
        select Method(
            hasResult ? "Text that writes its first argument and reads the others." : "Text that reads its arguments.",
            $"public static void Emit<{Types(0, count)}>(",
            $"string~asm, {(hasResult ? "out~" : "")}{string.Join(", ", Enumerable.Range(0, count).Select(i => $"T{i}~arg{i}"))})",
            Constraints(0, count),
            hasResult ? "arg0~=~KernelOnly.Value<T0>" : "KernelOnly.Call",
            ""),
        "}\n");

    public static string Outputs() => TypeTable.Write(
        """
        namespace ILGPU;

        /// <content>
        /// Output from kernels. The format must be a constant with C# holes such as <c>{0}</c>; on devices the calls vanish without
        /// <c>Builder.IOOperations()</c>. On the host and the simulator they write to the console.
        /// </content>
        public static partial class Interop
        {
            public static void Write(string message) => Console.Write(message);

            public static void WriteLine(string message) => Console.WriteLine(message);
        """,
        from count in Enumerable.Range(1, MostArguments)
        from endsLine in s_both
        select Output(count, endsLine),
        "}\n");

    public static string TextArguments() => TypeTable.Write(
        """
        namespace ILGPU.Runtime.Cuda;

        /// <content>Text with arguments in both directions; 1 to 44 arguments.</content>
        public static partial class CudaAsm
        {
        """,
        Enumerable.Range(1, MostTextArguments).Select(count => Method(
            "Text whose arguments are <see cref=\"Input{T}\"/>, <see cref=\"Output{T}\"/> and <see cref=\"Ref{T}\"/>.",
            $"public static void EmitRef<{Types(0, count)}>(",
            $"string~asm, {string.Join(", ", Enumerable.Range(0, count).Select(i => $"ref~T{i}~arg{i}"))})",
            Constraints(0, count, "struct,~ICudaAsmEmitParameter"),
            "KernelOnly.Call",
            "")),
        "}\n");

    private static string ExplicitLoader(int count, bool usesDefault, bool isSpecialized, bool hasInfo)
    {
        string types = Types(1, count);
        string launcher = $"Action<{(usesDefault ? "" : "AcceleratorStream, ")}KernelConfig, {types}>";
        string specialization = isSpecialized ? ", KernelSpecialization~specialization" : "";
        return Method(
            $"Loads an explicitly grouped kernel; the launcher {StreamOf(usesDefault)}.",
            $"public static {launcher} {(usesDefault ? "LoadStreamKernel" : "LoadKernel")}<{types}>(",
            $"this~Accelerator~accelerator, Action<{types}> action{specialization}{(hasInfo ? ", out~KernelInfo?~kernelInfo" : "")})",
            Constraints(1, count),
            $"accelerator.LoadKernel<{launcher}, Action<{types}>>",
            $"action, {(isSpecialized ? "specialization" : "KernelSpecialization.Empty")}, out~{(hasInfo ? "kernelInfo" : "_")}");
    }

    private static string ImplicitLoader(int count, bool isSized, bool usesDefault, bool hasInfo)
    {
        string types = $"TIndex, {Types(1, count)}";
        string launcher = $"Action<{(usesDefault ? "" : "AcceleratorStream, ")}{types}>";
        string loader = isSized ? "LoadImplicitlyGrouped" : "LoadAutoGrouped";
        string size = isSized ? ", int~customGroupSize" : "";
        return Method(
            $"Loads a kernel over an index in groups {(isSized ? "of a given size" : "that suit the device")}; the launcher "
                + $"{StreamOf(usesDefault)}.",
            $"public static {launcher} {loader}{(usesDefault ? "Stream" : "")}Kernel<{types}>(",
            $"this~Accelerator~accelerator, Action<{types}> action{size}{(hasInfo ? ", out~KernelInfo?~kernelInfo" : "")})",
            $"where~TIndex~:~struct,~IIndex {Constraints(1, count)}",
            $"accelerator.{loader}Kernel<{launcher}, Action<{types}>>",
            $"action, {(isSized ? "customGroupSize, " : "")}out~{(hasInfo ? "kernelInfo" : "_")}");
    }

    private static string Launch(int count, bool isImplicit, bool takesStream)
    {
        string types = (isImplicit ? "TIndex, " : "") + Types(1, count);
        string place = isImplicit ? "TIndex~extent" : "in~KernelConfig~kernelConfig";
        string parameters = string.Join(", ", Enumerable.Range(1, count).Select(i => $"T{i}~arg{i}"));
        string arguments = string.Join(", ", Enumerable.Range(1, count).Select(i => $"arg{i}"));
        string loader = isImplicit ? "LoadAutoGroupedKernel" : "LoadKernel";
        return Method(
            isImplicit
                ? "Loads a kernel over an index, once per delegate, and launches it."
                : "Loads an explicitly grouped kernel, once per delegate, and launches it.",
            $"public void {(isImplicit ? "LaunchAutoGrouped" : "Launch")}<{types}>(",
            $"Action<{types}> action, {(takesStream ? "AcceleratorStream~stream, " : "")}{place}, {parameters})",
            (isImplicit ? "where~TIndex~:~struct,~IGenericIndex<TIndex> " : "") + Constraints(1, count),
            $"_launchers.GetOrAdd(action,~this,~static~(accelerator,~kernel)~=>~accelerator.{loader}(kernel))",
            $"{(takesStream ? "stream" : "DefaultStream")}, {(isImplicit ? "extent" : "kernelConfig")}, {arguments}");
    }

    private static string Output(int count, bool endsLine)
    {
        string name = endsLine ? "WriteLine" : "Write";
        string arguments = string.Join(", ", Enumerable.Range(1, count).Select(i => $"arg{i}"));
        return Method(
            $"Writes values in the holes of a format{(endsLine ? ", and ends the line" : "")}.",
            $"public static void {name}<{Types(1, count)}>(",
            $"string~format, {string.Join(", ", Enumerable.Range(1, count).Select(i => $"T{i}~arg{i}"))})",
            Constraints(1, count, "unmanaged"),
            $"Console.{name}",
            $"string.Format(format, [{arguments}])");
    }

    private static string StreamOf(bool usesDefault) => usesDefault ? "uses the default stream" : "takes the stream";

    private static string Types(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(i => $"T{i}"));

    private static string Constraints(int first, int count, string constraint = "struct") =>
        string.Join(' ', Enumerable.Range(first, count).Select(i => $"where~T{i}~:~{constraint}"));

    /// <summary>A method whose body is one call.</summary>
    private static string Method(string summary, string signature, string parameters, string constraints, string callee, string arguments)
    {
        string call = $"        {callee}({arguments});";
        return string.Join(
            '\n',
            $"    /// <summary>{summary}</summary>",
            Wrap(signature, 4, 8),
            Wrap(parameters, 8, 8),
            Wrap($"{constraints} =>", 8, 8),
            call.Length <= Widest ? call.Replace(Glue, ' ') : $"{Wrap($"{callee}(", 8, 12)}\n{Wrap($"{arguments});", 12, 12)}");
    }

    /// <summary>Breaks a text at spaces into lines of the width that .editorconfig gives.</summary>
    /// <param name="text">what to break</param>
    /// <param name="indent">of the first line</param>
    /// <param name="further">of the others</param>
    private static string Wrap(string text, int indent, int further)
    {
        var lines = new List<string>();
        string[] words = text.Split(' ');
        string line = new string(' ', indent) + words[0];
        foreach (string word in words.Skip(1))
        {
            if (line.Length + 1 + word.Length > Widest)
            {
                lines.Add(line);
                line = new string(' ', further) + word;
            }
            else
            {
                line += $" {word}";
            }
        }

        lines.Add(line);
        return string.Join('\n', lines).Replace(Glue, ' ');
    }
}
