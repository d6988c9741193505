namespace ILGPU.IR.Passes;

/// <summary>Gives every loop one block before it that leads nowhere else.</summary>
internal static class Preheaders
{
    public static void Insert(KernelFunction function)
    {
        var flow = new ControlFlow(function);
        foreach (var loop in flow.Loops)
        {
            var header = flow.Order[loop.Header];
            var outside = flow.Predecessors(loop.Header).Where(p => !loop.Body.Contains(p)).Select(p => flow.Order[p]).ToList();
            if (outside is [{ Terminator.Kind: TerminatorKind.Branch }])
            {
                continue;
            }

            var entering = outside.Distinct().SelectMany(block => block.Terminator.Edges).Where(edge => edge.Target == header).ToList();
            var preheader = new Block();
            Value[] arguments;
            if (entering is [var only])
            {
                // Handed on as they are, constants stay visible to whoever looks at the loop.
                (arguments, only.Arguments) = (only.Arguments, []);
            }
            else
            {
                preheader.Parameters.AddRange(header.Parameters.Select(parameter => new BlockParameter(parameter.Type)));
                arguments = [.. preheader.Parameters];
            }

            foreach (var edge in entering)
            {
                edge.Target = preheader;
            }

            preheader.Terminator = Terminator.Branch(header, arguments);
            function.Blocks.Insert(function.Blocks.IndexOf(header), preheader);
        }
    }
}
